"""Targets → plans and evidence, with the read-only role."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.domain.errors import BadInput, Unknown
from bot.domain.exemption import ExemptionRequest
from bot.domain.history import What
from bot.domain.plan import Changes, Compliant, Gone, Outcome, Refused, Target
from bot.domain.policy import Stage
from bot.domain.ports import Call, Recorder
from bot.domain.remediation import Remediation
from bot.domain.resource import Resource
from bot.domain.states import State, Step, allows
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import Told, advance, load
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
    """Plan a target that is new, or again one that waits; `ask` also asks again where the question had ended."""
    _, target = load(case_id, target_id, world)
    if not _to_plan(target, world, ask=ask):
        aliases.finish(target.resource, world)
        return
    if target.state in _LEFT:
        now = keys.stamp(world.clock.now())
        target = _advance(target, lambda left: _taken_up(left, now), What.ASKED_AGAIN, world)
    recipe = catalogue().by_id.get(target.remediation)
    if recipe is None:
        _advance(target, _guided, What.GUIDED, world)
    else:
        _read(target, recipe, world, ask=ask)


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
        _advance(target, lambda now: _unread(now, reason), What.UNREADABLE, world, calls)
        return
    if aliases.goes_by_name(target, called.id, calls, world):
        return
    at = keys.stamp(world.clock.now())
    planned = partial(_planned, read_for=target, outcome=outcome, at=at, ask=ask)
    after = _advance(target, lambda now: _called(planned(now), called), What.PLANNED, world, calls)
    if after.state is State.PROPOSED and policy.stage(after.resource.account) is Stage.AUTO:
        world.queues.decisions.send(
            {"kind": "auto", "case": target.case_id, "target_id": target.target_id}, group=target.case_id
        )


def _by_name(recipe: Remediation, target: Target, outcome: Outcome, world: World, record: Recorder) -> Resource:
    """The resource by its ARN, where its source tells an id of AWS's own only, and there is something to show."""
    return as_iam_names_it(recipe, target, world, record).resource if isinstance(outcome, Changes) else target.resource


def _called(target: CaseTarget, called: Resource) -> CaseTarget:
    return replace(target, name=target.name or (called.name if called.id != target.resource.id else ""))


def _advance(
    target: CaseTarget, change: Callable[[CaseTarget], CaseTarget], what: What, world: World, calls: Sequence[Call] = ()
) -> CaseTarget:
    case_sets = {"closed_at": ""} if target.state is State.EXEMPTED else None
    told = Told(what, calls=tuple(map(str, calls)))
    return advance(target.case_id, target.target_id, change, told, world, case_sets=case_sets)


_LEFT: Final = frozenset({State.EXEMPTED, State.HANDED_OVER})
"""Left as it was for a time, which is over: whatever is read now, it is a question again."""


def _taken_up(target: CaseTarget, at: str) -> CaseTarget:
    """A question again, from now on, with no plan until the settings are read: the old one would lapse with it."""
    if target.state not in {State.DENIED, *_LEFT}:
        return target
    again = replace(target.taking(Step.ASK_AGAIN), decided_by="", decided_at="", reason="", run_id="", undo_of="")
    again = replace(again, asked_at=at, planned_at="", plan_text="", digest="", evidence=(), note="")
    return replace(
        again, exemption="", until="", handed_to="", link="", exemption_request=ExemptionRequest(), approvals=()
    )


def _still_exempted(target: CaseTarget, world: World) -> bool:
    """While its exemption lasts nobody is asked, whoever sends for it."""
    return target.state is State.EXEMPTED and bool(target.until) and keys.stamp(world.clock.now()) < target.until


def _guided(target: CaseTarget) -> CaseTarget:
    return target.taking(Step.NO_FIX) if allows(target.state, Step.NO_FIX) else target


def _unread(target: CaseTarget, reason: str) -> CaseTarget:
    """Failing to know: the reason is shown, and nothing can be approved on what is not known."""
    if target.state is State.NEW:
        return replace(target.taking(Step.UNREADABLE), note=reason)
    return replace(target, note=reason)


def _planned(target: CaseTarget, read_for: CaseTarget, outcome: Outcome, at: str, *, ask: bool) -> CaseTarget:
    """The target with what was read, unless it has moved on, or other controls are open, since it was read."""
    moved_on = (target.state, target.open_controls) != (read_for.state, read_for.open_controls)
    if moved_on:
        return target
    if target.state is State.DENIED and not ask:
        return _denied_other(target, outcome, at)
    if target.state is State.DENIED and not isinstance(outcome, Changes):
        target = _taken_up(target, at)  # left denied, it would be asked again each minute
    match outcome:
        case Changes():
            return _proposed(target, outcome, at, ask=ask)
        case Compliant():
            return _found_right(target, outcome, at)
        case Gone():
            return replace(target.taking(Step.GONE), note="the resource does not exist any more", planned_at=at)
        case Refused():
            return _refused(target, outcome.reason, at)


def _proposed(target: CaseTarget, outcome: Changes, at: str, *, ask: bool) -> CaseTarget:
    step = (
        Step.PLANNED if target.state is State.NEW else Step.REPLAN if target.state is State.PROPOSED else Step.ASK_AGAIN
    )
    kept = tuple(yes for yes in target.approvals if yes.digest == outcome.plan.digest) if not ask else ()
    fresh = replace(
        target.taking(step),
        plan_text=outcome.plan.text,
        digest=outcome.plan.digest,
        planned_at=at,
        asked_at=target.asked_at
        if step is Step.REPLAN and target.digest == outcome.plan.digest and target.asked_at
        else at,
        evidence=outcome.evidence,
        note="",
        reference="",
        approvals=kept,
    )
    return (
        replace(fresh, conflicts=())
        if not ask
        else replace(fresh, conflicts=(), run_id="", undo_of="", made="", half=_half(target), reason="", decided_by="")
    )


def _half(target: CaseTarget) -> str:
    """The run whose changes stand though it failed: the next one goes on from there, and so does its undo."""
    return target.run_id if target.made and not target.undo_of else target.half


def _denied_other(target: CaseTarget, outcome: Outcome, at: str) -> CaseTarget:
    """What was denied is asked again only when another change would be made than the one that was denied."""
    if isinstance(outcome, Changes) and outcome.plan.digest != target.digest:
        return _proposed(target, outcome, at, ask=True)
    return target


def _found_right(target: CaseTarget, outcome: Compliant, at: str) -> CaseTarget:
    note = "the settings are right already; Security Hub has not said so yet"
    after = target.taking(Step.COMPLIANT) if target.state is State.NEW else target
    return replace(after, planned_at=at, evidence=outcome.evidence, note=note, plan_text="", digest="", proved_at=at)


def _refused(target: CaseTarget, reason: str, at: str) -> CaseTarget:
    after = target.taking(Step.REFUSED) if target.state is State.NEW else target
    return replace(after, planned_at=at, note=reason, plan_text="", digest="")


def recheck(finding_id: str, product_arn: str, world: World) -> None:
    """Ask Security Hub what holds, where two words of one source came at the same moment."""
    for document in world.hub.findings_by_id([(finding_id, product_arn)]):
        ingest.observe(ingest.read_event(document, world).observations, world)
