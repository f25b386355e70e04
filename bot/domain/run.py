"""Runs: the execution of one approved plan, with its owner, lease and journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.plan import Plan
from bot.domain.ports import Call


class RunKind(StrEnum):
    FIX = "fix"
    UNDO = "undo"


class RunState(StrEnum):
    READY = "ready"
    RUNNING = "running"
    WRITTEN = "written"
    PROVED = "proved"
    STALE = "stale"
    CONFLICT = "conflict"
    FAILED = "failed"


class Mark(StrEnum):
    """The marks of the journal, put before and after each write."""

    STARTED = "started"
    DONE = "done"


@dataclass(frozen=True)
class Run:
    """A run. Only runs lead to writes in AWS, and only `remediate` puts them; `ver` goes up with every write.

    `continues` is the failed run of the same target whose changes it goes on from: an undo takes both back.
    """

    id: str
    kind: RunKind
    case_id: str
    target_id: str
    plan_text: str
    approved_by: tuple[str, ...]
    policy: str
    right: str
    created: str
    state: RunState = RunState.READY
    owner: str = ""
    lease_until: str = ""
    journal: Mapping[str, str] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    written_at: str = ""
    deadline: str = ""
    note: str = ""
    fix_run: str = ""
    continues: str = ""
    ver: int = 0

    @property
    def plan(self) -> Plan:
        return Plan.from_text(self.plan_text)

    @property
    def applied(self) -> tuple[str, ...]:
        """The settings whose write was begun, which an undo has to look at."""
        return tuple(change.setting for change in self.plan.changes if change.setting in self.journal)

    def marked(self, setting: str, mark: Mark) -> Run:
        """Return the run with one more journal entry."""
        return replace(self, journal={**self.journal, setting: mark})
