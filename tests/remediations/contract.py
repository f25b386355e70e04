"""What a test needs to hold a remediation to the one contract: how to break a resource, and how others edit it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bot.domain.canonical import ABSENT, same
from bot.domain.plan import Changes, Compliant, Conflicted, Plan, Target, undo
from bot.domain.ports import Account
from bot.domain.remediation import Remediation, plan
from bot.domain.resource import identify
from tests.aws import ACCOUNT, REGION

PLANTED = "hunter2-planted-secret"
"""Every case puts this where an account may hold a secret: in tags, other statements, other rules' descriptions."""


class Case(ABC):
    """One remediation's example. Subclasses are found by being defined; each is one test per promise."""

    remediation: ClassVar[type[Remediation]]
    two_valued: ClassVar[bool] = False
    """Each setting is on or off, so a later change by somebody else can only be the old value: nothing to undo."""

    @abstractmethod
    def make(self) -> Target:
        """A resource that is wrong in every way that the remediation mends, with `PLANTED` round about it."""

    @abstractmethod
    def edit_beside(self, target: Target) -> None:
        """Somebody else's work on the same resource that the fix has nothing to do with."""

    @abstractmethod
    def beside(self, target: Target) -> Any:
        """What `edit_beside` made, read back: it must survive fix and undo."""

    @abstractmethod
    def edit_same(self, target: Target) -> None:
        """Somebody else's later change of a setting that the fix has changed."""

    @abstractmethod
    def destroy(self, target: Target) -> None:
        """Remove the resource; where it cannot be removed (an account), raise Indestructible."""


class Indestructible(Exception):
    """The resource is part of every account."""


def targeted(recipe: type[Remediation], raw_id: str, *controls: str, params: Mapping[str, Any] | None = None) -> Target:
    """The target that ingest would make of findings about this resource."""
    resource = identify(recipe.resource_type, raw_id, account=ACCOUNT, region=REGION, control=recipe.controls[0])
    return Target(recipe.__name__, resource, frozenset(controls or recipe.controls), params or {})


def planned(recipe: Remediation, target: Target, aws: Account) -> Plan:
    """The plan; fails where there is nothing to do."""
    outcome = plan(recipe, target, aws)
    assert isinstance(outcome, Changes), outcome
    return outcome.plan


def apply(recipe: Remediation, target: Target, todo: Plan, aws: Account, *, times: int = 1) -> None:
    """Write every change, in order."""
    for change in todo.changes:
        for _ in range(times):
            recipe.write(target, change.setting, change.after, aws)


def resume(recipe: Remediation, target: Target, todo: Plan, aws: Account) -> None:
    """What a take-over does: a setting that equals `after` is done, one that equals `before` is written again."""
    for change in todo.changes:
        value = recipe.read(target, aws).get(change.setting, ABSENT)
        if not same(value, change.after):
            assert same(value, change.before), f"{change} was left half-done: {value}"
            recipe.write(target, change.setting, change.after, aws)


def undone(recipe: Remediation, target: Target, done: Plan, aws: Account) -> Plan:
    """The plan of an undo of the whole of `done`; fails where there is none."""
    outcome = undo_of(recipe, target, done, aws)
    assert isinstance(outcome, Changes), outcome
    return outcome.plan


def undo_of(recipe: Remediation, target: Target, done: Plan, aws: Account) -> Changes | Compliant | Conflicted:
    """What an undo of the whole of `done` comes to, now."""
    return undo(done, [change.setting for change in done.changes], recipe.read(target, aws))
