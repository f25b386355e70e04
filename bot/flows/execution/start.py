"""The start of a run: held until the policy's window opens, or cancelled if the policy does not allow it any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.errors import Conflict, PolicyUnreadable, Refusal
from bot.domain.history import HistoryEvent
from bot.domain.policy import Policy
from bot.domain.run import Run, RunKind, RunState
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.target_record import is_policy
from bot.domain.windows import next_open, why_closed
from bot.flows.cases.transition import AuditNote, transition
from bot.flows.execution import outcome
from bot.flows.policy.eligibility import LONGEST, may_change, no_opening, not_automatic, require_reference
from bot.flows.policy.load import current
from bot.flows.policy.subject import subject_of
from bot.store import keys, runs
from bot.world import World

LOOK_AGAIN: Final = timedelta(hours=1)
"""The interval at which a held run is looked at, since another policy may open its window earlier."""

UNREADABLE_AGAIN: Final = timedelta(minutes=5)


def hold_or_cancel(run: Run, target: CaseTarget, world: World) -> bool:
    """Return True if a run that has written nothing may not begin now, after holding or cancelling it.

    The policy in force now decides, not the one under which it was approved; while it cannot be read, nothing begins.
    An undo restores, so it waits for no window. Raises Refusal if the run has to fail, since it cannot be cancelled.
    """
    target = replace(target, resource=run.plan.resource)
    try:
        policy, now = current(world), world.clock.now()
        _still_allowed(run, target, policy, now)
    except PolicyUnreadable:
        _release(run, world.clock.now() + UNREADABLE_AGAIN, world)
        return True
    except Refusal as reason:
        if target.state is not State.APPROVED:
            raise
        outcome.cancelled(run, reason.reason, world)
        return True
    hours = policy.hours(subject_of(target))
    opens = next_open(hours, now)
    if opens == now or run.kind is RunKind.UNDO:
        return False
    if target.state is not State.APPROVED:
        raise Refusal(f"nothing may be changed here now ({why_closed(hours, now)})")
    _hold(run, target, opens or now + LONGEST, why_closed(hours, now), world)
    return True


def _still_allowed(run: Run, target: CaseTarget, policy: Policy, now: datetime) -> None:
    """Raise Refusal if the policy that is now in force does not allow this run at all."""
    may_change(policy, target.resource.account)
    may_begin = max(run.created, target.attempt.not_before) if run.kind is RunKind.FIX else run.created
    if now >= keys.parse(may_begin) + timedelta(hours=policy.approval_hours):
        raise Refusal("the approval has expired")
    if run.kind is RunKind.UNDO:
        return
    require_reference(policy, target, target.decision.reference)
    if is_policy(run.approved_by[0]) and (reason := not_automatic(target, policy)):
        raise Refusal(reason)
    if reason := no_opening(target, policy, now, since=keys.parse(target.decision.at)):
        raise Refusal(reason)


def _release(run: Run, at: datetime, world: World) -> None:
    """Release the run; the sweep sends its message again at this time."""
    runs.save(world.table, run, _released(run), due_at=keys.stamp(at))


def _released(run: Run) -> Run:
    return replace(run, state=RunState.READY, owner="", lease_until="")


def _hold(run: Run, target: CaseTarget, opens: datetime, why: str, world: World) -> None:
    """Hold the run until then, and note it once on its target; both are written together."""
    at = keys.stamp(min(opens, world.clock.now() + LOOK_AGAIN))
    not_before = keys.stamp(opens)
    if (target.attempt.not_before, target.note) == (not_before, why):
        _release(run, keys.parse(at), world)
        return
    audit_note = AuditNote(
        HistoryEvent.SCHEDULED, who=run.approved_by[0], policy=run.policy, right=run.right, reason=why, run=run.id
    )

    def change(now: CaseTarget) -> CaseTarget:
        if now.attempt.run_id != run.id:
            raise Conflict(f"the target of run {run.id} has moved on")
        return now.scheduled(not_before, why)

    transition(
        run.case_id,
        run.target_id,
        change,
        audit_note,
        world,
        lambda _before, _after: (runs.put(run, _released(run), at)[1],),
    )
