"""Plans: the difference between present and compliant settings, as data that is shown, approved, run and undone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value, decode, dumps, encode, same, sha256, short_id
from bot.domain.resource import Resource

Settings = Mapping[str, Value]
"""The settings that a control is about, by name. `ABSENT` is a value; a missing name means the same."""


class Effect(StrEnum):
    """An effect of a remediation besides its purpose."""

    CUTS_TRAFFIC = "cuts traffic"
    CUTS_ACCESS = "cuts access"
    RESTARTS = "restarts"
    COSTS_MONEY = "costs money"
    FUTURE_ONLY = "future resources only"
    TAKES_LONG = "takes long"
    IRREVERSIBLE = "irreversible"


class Reversible(StrEnum):
    """The degree to which an undo restores the earlier settings."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Target:
    """The target of a remediation: a resource, and the open controls that decide which settings are wrong."""

    remediation: str
    resource: Resource
    controls: frozenset[str] = frozenset()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target_id(self) -> str:
        """The identity of the target: the remediation and the resource, nothing else."""
        where = self.resource
        return short_id(self.remediation, where.partition, where.account, where.region, where.id)


@dataclass(frozen=True)
class Change:
    """A change of one setting from one value to another."""

    setting: str
    before: Value
    after: Value


CALLED: Final = "What is it called?"
"""The question whose answer is the resource's name, if its ARN has only an id: a key's alias."""


@dataclass(frozen=True)
class Evidence:
    """An answer to "who depends on this?". `known` is False if it could not be found out, which is shown as well."""

    question: str
    answer: str
    known: bool = True


@dataclass(frozen=True)
class Plan:
    """The changes that a remediation would make now. People approve its digest."""

    remediation: str
    revision: int
    resource: Resource
    params: Mapping[str, Any]
    changes: tuple[Change, ...]

    @cached_property
    def text(self) -> str:
        """The canonical JSON that is digested and stored. Raises NotCanonical."""
        where = self.resource
        changes = [[change.setting, encode(change.before), encode(change.after)] for change in self.changes]
        return dumps(
            [
                self.remediation,
                self.revision,
                where.partition,
                where.account,
                where.region,
                [where.type, where.id],
                encode(dict(self.params)),
                changes,
            ]
        )

    @property
    def digest(self) -> str:
        """The hexadecimal SHA-256 of the canonical JSON."""
        return sha256(self.text)

    @classmethod
    def from_text(cls, text: str) -> Plan:
        """Return the plan of a stored text."""
        remediation, revision, partition, account, region, (kind, rid), params, changes = json.loads(text)
        return cls(
            remediation,
            revision,
            Resource(partition, account, region, kind, rid),
            decode(params),
            tuple(Change(setting, decode(before), decode(after)) for setting, before, after in changes),
        )


@dataclass(frozen=True)
class Changes:
    """The outcome of planning with something to change."""

    plan: Plan
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Compliant:
    """The outcome of planning with nothing to change: the proof."""

    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Gone:
    """The outcome of planning for a deleted resource."""


@dataclass(frozen=True)
class Refused:
    """The outcome of planning for a resource that the bot does not change; the reason is for people."""

    reason: str


Outcome = Changes | Compliant | Gone | Refused


def difference(now: Settings, right: Settings) -> tuple[Change, ...]:
    """Return the changes from `now` to `right`, in that order, removals last, so that undo restores them first."""
    wanted = [Change(name, now.get(name, ABSENT), value) for name, value in right.items()]
    wanted += [Change(name, value, ABSENT) for name, value in now.items() if name not in right]
    real = [change for change in wanted if not same(change.before, change.after)]
    return tuple(sorted(real, key=lambda change: change.after is ABSENT))


@dataclass(frozen=True)
class SettingConflict:
    """A setting that somebody else has changed since: before the run, after it, and now."""

    setting: str
    before: Value
    after: Value
    now: Value


@dataclass(frozen=True)
class Conflicted:
    """The outcome of planning an undo that would overwrite somebody's later change."""

    conflicts: tuple[SettingConflict, ...]


def undo(done: Plan, applied: Iterable[str], now: Settings) -> Changes | Compliant | Conflicted:
    """Plan the undo of the `applied` settings of `done`, given what they are `now`, last change first."""
    names = set(applied)
    back: list[Change] = []
    conflicts: list[SettingConflict] = []
    for change in reversed([change for change in done.changes if change.setting in names]):
        value = now.get(change.setting, ABSENT)
        if same(value, change.after):
            back.append(Change(change.setting, change.after, change.before))
        elif not same(value, change.before):
            conflicts.append(SettingConflict(change.setting, change.before, change.after, value))
    if conflicts:
        return Conflicted(tuple(conflicts))
    if not back:
        return Compliant()
    return Changes(Plan(done.remediation, done.revision, done.resource, done.params, tuple(back)))


def joined(first: Sequence[Change], second: Sequence[Change]) -> tuple[Change, ...]:
    """Return what two successive runs have changed; a setting that both changed has the value before the first run.

    If somebody changed the setting in between, it has the value before the second run, so that their change survives.
    """
    earlier = {change.setting: change for change in first}
    later = []
    for change in second:
        before = earlier.pop(change.setting, change)
        follows = same(before.after, change.before)
        later.append(Change(change.setting, before.before if follows else change.before, change.after))
    return (*earlier.values(), *later)


def differs(approved: Plan, planned: Plan) -> tuple[SettingConflict, ...]:
    """Return the settings in which a new plan differs from the approved one: (before, after, now) for people to see."""
    then = {change.setting: change for change in approved.changes}
    now = {change.setting: change for change in planned.changes}
    conflicts = []
    for name in dict.fromkeys((*then, *now)):
        old = then.get(name, Change(name, ABSENT, ABSENT))
        new = now.get(name, Change(name, old.after, old.after))  # what is not planned any more is as it should be
        if not same([old.before, old.after], [new.before, new.after]):
            conflicts.append(SettingConflict(name, old.before, old.after, new.before))
    return tuple(conflicts)
