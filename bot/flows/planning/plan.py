"""Read a target's settings and evidence with the read-only role, and plan its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot.domain.errors import Unknown
from bot.domain.history import HistoryEvent
from bot.domain.plan import Changes, Compliant, Gone, Outcome, Refused, Target
from bot.domain.policy import Stage
from bot.domain.ports import Call, Recorder
from bot.domain.remediation import Remediation
from bot.domain.resource import Resource
from bot.domain.states import State, Step, allows
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import AuditNote, load, transition
from bot.flows.ingestion import aliases
from bot.flows.planning.read_account import as_iam_names_it, read_outcome
from bot.flows.policy.load import for_presentation
from bot.messages import ApproveAutomatically, PlanTarget, send
from bot.remediations.catalogue import catalogue
from bot.store import keys
from bot.world import World

PLANNED_FROM = frozenset({State.NEW, State.PROPOSED, State.GUIDANCE})


def plan_target(message: PlanTarget, world: World) -> None:
    """Plan a target that is new, or again one that waits; `ask_again` also asks again where the question had ended.

    Raises BadInput where there is no such target, Busy.
    """
    _, target = load(message.case_id, message.target_id, world)
    if not _to_plan(target, world, ask=message.ask_again):
        aliases.finish(target.resource, world)
        return
    if target.state in _LEFT:
        now = keys.stamp(world.clock.now())
        target = _advance(
            target, lambda left: left.asked_again(now) if left.state in _LEFT else left, HistoryEvent.ASKED_AGAIN, world
        )
    recipe = catalogue().by_id.get(target.remediation)
    if recipe is None:
        _advance(target, _no_fix, HistoryEvent.GUIDED, world)
    else:
        _read(target, recipe, world, ask=message.ask_again)


def _to_plan(target: CaseTarget, world: World, *, ask: bool) -> bool:
    waits = target.state in PLANNED_FROM or target.state is State.DENIED
    return waits or (ask and allows(target.state, Step.ASK_AGAIN) and not _still_exempted(target, world))


def _read(target: CaseTarget, recipe: Remediation, world: World, *, ask: bool) -> None:
    """Read the settings, and note what would be changed or why that cannot be told."""
    policy = for_presentation(world)
    recipe_target = target.for_remediation(policy.params(recipe.id, target.controls))
    calls: list[Call] = []
    try:
        outcome = read_outcome(recipe, recipe_target, world, calls.append)
        called = _by_name(recipe, recipe_target, outcome, world, calls.append)
    except Unknown as error:
        reason = str(error)
        _advance(target, lambda now: now.unreadable(reason), HistoryEvent.UNREADABLE, world, calls)
        return
    if aliases.goes_by_name(target, called.id, calls, world):
        return
    at = keys.stamp(world.clock.now())
    planned = partial(_planned, read_for=target, outcome=outcome, at=at, ask=ask)
    after = _advance(target, lambda now: _called(planned(now), called), HistoryEvent.PLANNED, world, calls)
    if after.state is State.PROPOSED and policy.stage(after.resource.account) is Stage.AUTO:
        send(ApproveAutomatically(case_id=target.case_id, target_id=target.target_id), world.queues)


def _by_name(recipe: Remediation, target: Target, outcome: Outcome, world: World, record: Recorder) -> Resource:
    """The resource by its ARN, where its source tells an id of AWS's own only, and there is something to show."""
    return as_iam_names_it(recipe, target, world, record).resource if isinstance(outcome, Changes) else target.resource


def _called(target: CaseTarget, called: Resource) -> CaseTarget:
    return replace(target, name=target.name or (called.name if called.id != target.resource.id else ""))


def _advance(
    target: CaseTarget,
    change: Callable[[CaseTarget], CaseTarget],
    what: HistoryEvent,
    world: World,
    calls: Sequence[Call] = (),
) -> CaseTarget:
    case_sets = {"closed_at": ""} if target.state is State.EXEMPTED else None
    told = AuditNote(what, calls=tuple(map(str, calls)))
    return transition(target.case_id, target.target_id, change, told, world, case_sets=case_sets)


_LEFT: Final = frozenset({State.EXEMPTED, State.HANDED_OVER})
"""Left as it was for a time, which is over: people are asked again, whatever is read now."""


def _still_exempted(target: CaseTarget, world: World) -> bool:
    until = target.decision.until
    return target.state is State.EXEMPTED and bool(until) and keys.stamp(world.clock.now()) < until


def _no_fix(target: CaseTarget) -> CaseTarget:
    return target.no_fix() if allows(target.state, Step.NO_FIX) else target


def _planned(target: CaseTarget, read_for: CaseTarget, outcome: Outcome, at: str, *, ask: bool) -> CaseTarget:
    """Return the target with what was read, unless its state or its open controls have changed since it was read."""
    if (target.state, target.open_controls) != (read_for.state, read_for.open_controls):
        return target
    denied = target.state is State.DENIED
    if denied and not ask and not _differs(outcome, target):
        return target
    if denied or (isinstance(outcome, Changes) and allows(target.state, Step.ASK_AGAIN)):
        target = target.asked_again(at)  # left denied, it would be asked again each minute
    match outcome:
        case Changes():
            return target.planned(outcome.plan, outcome.evidence, at)
        case Compliant():
            return target.found_compliant(outcome.evidence, at)
        case Gone():
            return target.gone()
        case Refused():
            return target.refused(outcome.reason, at)


def _differs(outcome: Outcome, denied: CaseTarget) -> bool:
    """Return whether another change would be made than the one that was denied."""
    return isinstance(outcome, Changes) and outcome.plan.digest != denied.proposal.digest
