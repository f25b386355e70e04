"""The base class of cases, and helpers of the tests of the contract."""

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
    """An example of a remediation. Each subclass is run through every test of the contract."""

    remediation: ClassVar[type[Remediation]]
    two_valued: ClassVar[bool] = False
    """True if each setting is on or off, so that a later change of others is the old value, and nothing to undo."""

    @abstractmethod
    def make(self) -> Target:
        """Create a resource that fails in every way that the remediation fixes, with `PLANTED` in its surroundings."""

    @abstractmethod
    def edit_beside(self, target: Target) -> None:
        """Change something of the same resource that the fix does not concern, as somebody else would."""

    @abstractmethod
    def beside(self, target: Target) -> Any:
        """Return what `edit_beside` changed, as read back: it must survive fix and undo."""

    @abstractmethod
    def edit_same(self, target: Target) -> None:
        """Change a setting that the fix has changed, as somebody else would later."""

    @abstractmethod
    def destroy(self, target: Target) -> None:
        """Remove the resource. Raise Indestructible if that is impossible (an account)."""


class Indestructible(Exception):
    """The resource is part of every account."""


def targeted(recipe: type[Remediation], raw_id: str, *controls: str, params: Mapping[str, Any] | None = None) -> Target:
    """Return the target that ingestion would create from findings about this resource."""
    resource = identify(recipe.resource_type, raw_id, account=ACCOUNT, region=REGION, control=recipe.controls[0])
    return Target(recipe.__name__, resource, frozenset(controls or recipe.controls), params or {})


def planned(recipe: Remediation, target: Target, aws: Account) -> Plan:
    """Return the plan; fail if there is nothing to do."""
    outcome = plan(recipe, target, aws)
    assert isinstance(outcome, Changes), outcome
    return outcome.plan


def apply(recipe: Remediation, target: Target, todo: Plan, aws: Account, *, times: int = 1) -> None:
    """Write every change, in order."""
    for change in todo.changes:
        for _ in range(times):
            recipe.write(target, change.setting, change.after, aws)


def resume(recipe: Remediation, target: Target, todo: Plan, aws: Account) -> None:
    """Resume as a new run does: a setting that equals `after` is done, one that equals `before` is written again."""
    for change in todo.changes:
        value = recipe.read(target, aws).get(change.setting, ABSENT)
        if not same(value, change.after):
            assert same(value, change.before), f"{change} was left half-done: {value}"
            recipe.write(target, change.setting, change.after, aws)


def undone(recipe: Remediation, target: Target, done: Plan, aws: Account) -> Plan:
    """Return the plan of an undo of all of `done`; fail if there is none."""
    outcome = undo_of(recipe, target, done, aws)
    assert isinstance(outcome, Changes), outcome
    return outcome.plan


def undo_of(recipe: Remediation, target: Target, done: Plan, aws: Account) -> Changes | Compliant | Conflicted:
    """Return the outcome of an undo of all of `done` now."""
    return undo(done, [change.setting for change in done.changes], recipe.read(target, aws))
