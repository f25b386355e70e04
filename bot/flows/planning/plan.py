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
from bot.flows.planning.read_account import read_outcome, with_arn
from bot.flows.policy.load import for_presentation
from bot.messages import ApproveAutomatically, PlanTarget, send
from bot.remediations.catalogue import catalogue
from bot.store import keys
from bot.world import World

PLANNED_FROM = frozenset({State.NEW, State.PROPOSED, State.GUIDANCE})


def plan_target(message: PlanTarget, world: World) -> None:
    """Plan a new target, or plan a waiting one again; `ask_again` also plans one that was exempted or handed over.

    Raises BadInput if there is no such target, Busy.
    """
    _, target = load(message.case_id, message.target_id, world)
    if not _needs_planning(target, world, ask=message.ask_again):
        aliases.resume_move(target.resource, world)
        return
    if target.state in _SET_ASIDE:
        now = keys.stamp(world.clock.now())
        target = _transition(
            target,
            lambda aside: aside.asked_again(now) if aside.state in _SET_ASIDE else aside,
            HistoryEvent.ASKED_AGAIN,
            world,
        )
    recipe = catalogue().by_id.get(target.remediation)
    if recipe is None:
        _transition(target, _no_fix, HistoryEvent.NO_FIX, world)
    else:
        _read_and_plan(target, recipe, world, ask=message.ask_again)


def _needs_planning(target: CaseTarget, world: World, *, ask: bool) -> bool:
    plannable = target.state in PLANNED_FROM or target.state is State.DENIED
    return plannable or (ask and allows(target.state, Step.ASK_AGAIN) and not _still_exempted(target, world))


def _read_and_plan(target: CaseTarget, recipe: Remediation, world: World, *, ask: bool) -> None:
    """Read the settings, and store the planned changes or the reason why there are none."""
    policy = for_presentation(world)
    recipe_target = target.for_remediation(policy.params(recipe.id, target.controls))
    calls: list[Call] = []
    try:
        outcome = read_outcome(recipe, recipe_target, world, calls.append)
        resource = _resource_by_arn(recipe, recipe_target, outcome, world, calls.append)
    except Unknown as error:
        reason = str(error)
        _transition(target, lambda now: now.unreadable(reason), HistoryEvent.UNREADABLE, world, calls)
        return
    if aliases.record_name_and_move(target, resource.id, calls, world):
        return
    at = keys.stamp(world.clock.now())
    planned = partial(_apply_outcome, read_for=target, outcome=outcome, at=at, ask=ask)
    after = _transition(target, lambda now: _with_name(planned(now), resource), HistoryEvent.PLANNED, world, calls)
    if after.state is State.PROPOSED and policy.stage(after.resource.account) is Stage.AUTO:
        send(ApproveAutomatically(case_id=target.case_id, target_id=target.target_id), world.queues)


def _resource_by_arn(recipe: Remediation, target: Target, outcome: Outcome, world: World, record: Recorder) -> Resource:
    """Return the resource by its ARN, where its source has an internal id only, if there are changes to show."""
    return with_arn(recipe, target, world, record).resource if isinstance(outcome, Changes) else target.resource


def _with_name(target: CaseTarget, resource: Resource) -> CaseTarget:
    return replace(target, name=target.name or (resource.name if resource.id != target.resource.id else ""))


def _transition(
    target: CaseTarget,
    change: Callable[[CaseTarget], CaseTarget],
    event: HistoryEvent,
    world: World,
    calls: Sequence[Call] = (),
) -> CaseTarget:
    case_sets = {"closed_at": ""} if target.state is State.EXEMPTED else None
    audit_note = AuditNote(event, calls=tuple(map(str, calls)))
    return transition(target.case_id, target.target_id, change, audit_note, world, case_sets=case_sets)


_SET_ASIDE: Final = frozenset({State.EXEMPTED, State.HANDED_OVER})
"""States set aside for a time that is over: approval is requested again, whatever is read now."""


def _still_exempted(target: CaseTarget, world: World) -> bool:
    until = target.decision.until
    return target.state is State.EXEMPTED and bool(until) and keys.stamp(world.clock.now()) < until


def _no_fix(target: CaseTarget) -> CaseTarget:
    return target.no_fix() if allows(target.state, Step.NO_FIX) else target


def _apply_outcome(target: CaseTarget, read_for: CaseTarget, outcome: Outcome, at: str, *, ask: bool) -> CaseTarget:
    """Return the target with what was read, unless its state or its open controls have changed since it was read."""
    if (target.state, target.open_controls) != (read_for.state, read_for.open_controls):
        return target
    denied = target.state is State.DENIED
    if denied and not ask and not _differs(outcome, target):
        return target
    if denied or (isinstance(outcome, Changes) and allows(target.state, Step.ASK_AGAIN)):
        target = target.asked_again(at)  # left denied, it would be planned again each minute
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
