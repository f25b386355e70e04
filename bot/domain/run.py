"""Runs: one approved plan being carried out, with its owner, lease and journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.plan import Plan
from bot.domain.ports import Call


class RunKind(StrEnum):
    """A fix or its undo; both are plans."""

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
    """The journal's marks, put before and after each write."""

    STARTED = "started"
    DONE = "done"


@dataclass(frozen=True)
class Run:
    """The only thing that leads to an AWS write. Put by `remediate` alone; `ver` goes up with every write to it.

    `continues` is the run of the same target that failed half-way before it: an undo takes both back.
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
        """The approved plan."""
        return Plan.from_text(self.plan_text)

    @property
    def applied(self) -> tuple[str, ...]:
        """The settings whose write was begun: those that an undo must look at."""
        return tuple(change.setting for change in self.plan.changes if change.setting in self.journal)

    def marked(self, setting: str, mark: Mark) -> Run:
        """With one more journal entry."""
        return replace(self, journal={**self.journal, setting: mark})
