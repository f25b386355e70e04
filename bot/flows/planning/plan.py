"""Targets → plans and evidence, with the read-only role."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.domain.errors import BadInput, Unknown
from bot.domain.history import HistoryEvent
from bot.domain.plan import Changes, Compliant, Gone, Outcome, Refused, Target
from bot.domain.policy import Stage
from bot.domain.ports import Call, Recorder
from bot.domain.remediation import Remediation
from bot.domain.resource import Resource
from bot.domain.states import State, Step, allows
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import AuditNote, load, transition
from bot.flows.ingestion import aliases, ingest, reconcile, reevaluate
from bot.flows.planning import raw_finding, undo
from bot.flows.planning.reachability import reach
from bot.flows.planning.read_account import as_iam_names_it, read_outcome
from bot.flows.policy.load import for_presentation
from bot.remediations.catalogue import catalogue
from bot.store import keys
from bot.world import World

PLANNED_FROM = frozenset({State.NEW, State.PROPOSED, State.GUIDANCE})


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message of the plan queue. Raises BadInput for a kind that it does not know."""
    match body["kind"]:
        case "plan":
            plan_target(body["case"], body["target_id"], world, ask=bool(body.get("ask")))
        case "undo_preview":
            undo.preview(body, world)
        case "recheck":
            recheck(body["id"], body["product_arn"], world)
        case "place_again" | "redraw":
            reevaluate.handle(body, world)
        case "as_sent":
            raw_finding.fetch(body, world)
        case "reconcile":
            reconcile.step(body, world)
        case "reach":
            reach(body, world)
        case other:
            raise BadInput(f"the plan queue knows no message of kind {other!r}")


def plan_target(case_id: str, target_id: str, world: World, *, ask: bool = False) -> None:
    """Plan a target that is new or waits for people; with `ask`, ask again about one that was decided or has failed."""
    _, target = load(case_id, target_id, world)
    if not _to_plan(target, world, ask=ask):
        aliases.finish(target.resource, world)
        return
    if target.state in _SET_ASIDE:
        now = keys.stamp(world.clock.now())
        target = _transition(
            target,
            lambda left: left.asked_again(now) if left.state in _SET_ASIDE else left,
            HistoryEvent.ASKED_AGAIN,
            world,
        )
    recipe = catalogue().by_id.get(target.remediation)
    if recipe is None:
        _transition(target, _no_fix, HistoryEvent.NO_FIX, world)
    else:
        _read(target, recipe, world, ask=ask)


def _to_plan(target: CaseTarget, world: World, *, ask: bool) -> bool:
    waits = target.state in PLANNED_FROM or target.state is State.DENIED
    return waits or (ask and allows(target.state, Step.ASK_AGAIN) and not _still_exempted(target, world))


def _read(target: CaseTarget, recipe: Remediation, world: World, *, ask: bool) -> None:
    """Read the settings, and record what would be changed, or why that is not known."""
    policy = for_presentation(world)
    recipe_target = target.for_remediation(policy.params(recipe.id, target.controls))
    calls: list[Call] = []
    try:
        outcome = read_outcome(recipe, recipe_target, world, calls.append)
        named = _named_resource(recipe, recipe_target, outcome, world, calls.append)
    except Unknown as error:
        reason = str(error)
        _transition(target, lambda now: now.unreadable(reason), HistoryEvent.UNREADABLE, world, calls)
        return
    if aliases.goes_by_name(target, named.id, calls, world):
        return
    at = keys.stamp(world.clock.now())
    planned = partial(_planned, read_for=target, outcome=outcome, at=at, ask=ask)
    after = _transition(target, lambda now: _with_name(planned(now), named), HistoryEvent.PLANNED, world, calls)
    if after.state is State.PROPOSED and policy.stage(after.resource.account) is Stage.AUTO:
        world.queues.decisions.send(
            {"kind": "auto", "case": target.case_id, "target_id": target.target_id}, group=target.case_id
        )


def _named_resource(recipe: Remediation, target: Target, outcome: Outcome, world: World, record: Recorder) -> Resource:
    """Return the resource by its ARN, looked up if its source gives an internal AWS id and there is a change."""
    return as_iam_names_it(recipe, target, world, record).resource if isinstance(outcome, Changes) else target.resource


def _with_name(target: CaseTarget, named: Resource) -> CaseTarget:
    return replace(target, name=target.name or (named.name if named.id != target.resource.id else ""))


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
"""States that were to last for a time, which is over: people are asked again, whatever is read now."""


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


def recheck(finding_id: str, product_arn: str, world: World) -> None:
    """Ask Security Hub what holds, where two words of one source came at the same moment."""
    for document in world.hub.findings_by_id([(finding_id, product_arn)]):
        ingest.observe(ingest.read_event(document, world).observations, world)
