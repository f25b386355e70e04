"""Read a target's settings and evidence with the read-only role, and plan its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot.domain.case import CaseTarget
from bot.domain.errors import Unknown
from bot.domain.exemption import Wish
from bot.domain.history import What
from bot.domain.plan import Changes, Compliant, Gone, Outcome, Refused, Target
from bot.domain.policy import Stage
from bot.domain.ports import Call, Recorder
from bot.domain.remediation import Remediation
from bot.domain.resource import Resource
from bot.domain.states import State, Step, allows
from bot.flows.cases.transition import Told, advance, load
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
    _, work = load(message.case_id, message.target_id, world)
    if not _to_plan(work, world, ask=message.ask_again):
        aliases.finish(work.resource, world)
        return
    if work.state in _LEFT:
        now = keys.stamp(world.clock.now())
        work = _advance(work, lambda left: _taken_up(left, now), What.ASKED_AGAIN, world)
    recipe = catalogue().by_id.get(work.remediation)
    if recipe is None:
        _advance(work, _guided, What.GUIDED, world)
    else:
        _read(work, recipe, world, ask=message.ask_again)


def _to_plan(work: CaseTarget, world: World, *, ask: bool) -> bool:
    waits = work.state in PLANNED_FROM or work.state is State.DENIED
    return waits or (ask and allows(work.state, Step.ASK_AGAIN) and not _still_exempted(work, world))


def _read(work: CaseTarget, recipe: Remediation, world: World, *, ask: bool) -> None:
    """Read the settings, and note what would be changed or why that cannot be told."""
    policy = for_presentation(world)
    target = work.target(policy.params(recipe.id, work.controls))
    calls: list[Call] = []
    try:
        outcome = read_outcome(recipe, target, world, calls.append)
        called = _by_name(recipe, target, outcome, world, calls.append)
    except Unknown as error:
        reason = str(error)
        _advance(work, lambda now: _unread(now, reason), What.UNREADABLE, world, calls)
        return
    if aliases.goes_by_name(work, called.id, calls, world):
        return
    at = keys.stamp(world.clock.now())
    planned = partial(_planned, read_for=work, outcome=outcome, at=at, ask=ask)
    after = _advance(work, lambda now: _called(planned(now), called), What.PLANNED, world, calls)
    if after.state is State.PROPOSED and policy.stage(after.resource.account) is Stage.AUTO:
        send(ApproveAutomatically(case_id=work.case_id, target_id=work.target_id), world.queues)


def _by_name(recipe: Remediation, target: Target, outcome: Outcome, world: World, record: Recorder) -> Resource:
    """The resource by its ARN, where its source tells an id of AWS's own only, and there is something to show."""
    return as_iam_names_it(recipe, target, world, record).resource if isinstance(outcome, Changes) else target.resource


def _called(work: CaseTarget, called: Resource) -> CaseTarget:
    return replace(work, name=work.name or (called.name if called.id != work.resource.id else ""))


def _advance(
    work: CaseTarget, change: Callable[[CaseTarget], CaseTarget], what: What, world: World, calls: Sequence[Call] = ()
) -> CaseTarget:
    case_sets = {"closed_at": ""} if work.state is State.EXEMPTED else None
    told = Told(what, calls=tuple(map(str, calls)))
    return advance(work.case_id, work.target_id, change, told, world, case_sets=case_sets)


_LEFT: Final = frozenset({State.EXEMPTED, State.HANDED_OVER})
"""Left as it was for a time, which is over: whatever is read now, it is a question again."""


def _taken_up(work: CaseTarget, at: str) -> CaseTarget:
    """A question again, from now on, with no plan until the settings are read: the old one would lapse with it."""
    if work.state not in {State.DENIED, *_LEFT}:
        return work
    again = replace(work.taking(Step.ASK_AGAIN), decided_by="", decided_at="", reason="", run_id="", undo_of="")
    again = replace(again, asked_at=at, planned_at="", plan_text="", digest="", evidence=(), note="")
    return replace(again, exemption="", until="", handed_to="", link="", wish=Wish(), approvals=())


def _still_exempted(work: CaseTarget, world: World) -> bool:
    """While its exemption lasts nobody is asked, whoever sends for it."""
    return work.state is State.EXEMPTED and bool(work.until) and keys.stamp(world.clock.now()) < work.until


def _guided(work: CaseTarget) -> CaseTarget:
    return work.taking(Step.NO_FIX) if allows(work.state, Step.NO_FIX) else work


def _unread(work: CaseTarget, reason: str) -> CaseTarget:
    """Failing to know: the reason is shown, and nothing can be approved on what is not known."""
    if work.state is State.NEW:
        return replace(work.taking(Step.UNREADABLE), note=reason)
    return replace(work, note=reason)


def _planned(work: CaseTarget, read_for: CaseTarget, outcome: Outcome, at: str, *, ask: bool) -> CaseTarget:
    """The target with what was read, unless it has moved on, or other controls are open, since it was read."""
    moved_on = (work.state, work.open_controls) != (read_for.state, read_for.open_controls)
    if moved_on:
        return work
    if work.state is State.DENIED and not ask:
        return _denied_other(work, outcome, at)
    if work.state is State.DENIED and not isinstance(outcome, Changes):
        work = _taken_up(work, at)  # left denied, it would be asked again each minute
    match outcome:
        case Changes():
            return _proposed(work, outcome, at, ask=ask)
        case Compliant():
            return _found_right(work, outcome, at)
        case Gone():
            return replace(work.taking(Step.GONE), note="the resource does not exist any more", planned_at=at)
        case Refused():
            return _refused(work, outcome.reason, at)


def _proposed(work: CaseTarget, outcome: Changes, at: str, *, ask: bool) -> CaseTarget:
    step = Step.PLANNED if work.state is State.NEW else Step.REPLAN if work.state is State.PROPOSED else Step.ASK_AGAIN
    kept = tuple(yes for yes in work.approvals if yes.digest == outcome.plan.digest) if not ask else ()
    fresh = replace(
        work.taking(step),
        plan_text=outcome.plan.text,
        digest=outcome.plan.digest,
        planned_at=at,
        asked_at=work.asked_at if step is Step.REPLAN and work.digest == outcome.plan.digest and work.asked_at else at,
        evidence=outcome.evidence,
        note="",
        reference="",
        approvals=kept,
    )
    return (
        replace(fresh, clashes=())
        if not ask
        else replace(fresh, clashes=(), run_id="", undo_of="", made="", half=_half(work), reason="", decided_by="")
    )


def _half(work: CaseTarget) -> str:
    """The run whose changes stand though it failed: the next one goes on from there, and so does its undo."""
    return work.run_id if work.made and not work.undo_of else work.half


def _denied_other(work: CaseTarget, outcome: Outcome, at: str) -> CaseTarget:
    """What was denied is asked again only when another change would be made than the one that was denied."""
    if isinstance(outcome, Changes) and outcome.plan.digest != work.digest:
        return _proposed(work, outcome, at, ask=True)
    return work


def _found_right(work: CaseTarget, outcome: Compliant, at: str) -> CaseTarget:
    note = "the settings are right already; Security Hub has not said so yet"
    after = work.taking(Step.COMPLIANT) if work.state is State.NEW else work
    return replace(after, planned_at=at, evidence=outcome.evidence, note=note, plan_text="", digest="", proved_at=at)


def _refused(work: CaseTarget, reason: str, at: str) -> CaseTarget:
    after = work.taking(Step.REFUSED) if work.state is State.NEW else work
    return replace(after, planned_at=at, note=reason, plan_text="", digest="")
