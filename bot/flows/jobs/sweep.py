"""The sweep: send lost messages again, lapse unanswered cards, expire approvals, mark fixes as not confirmed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import BadInput, Conflict, CspmError, IllegalStep, Unknown
from bot.domain.history import HistoryEvent
from bot.domain.policy import Policy
from bot.domain.ports import Key, Test, Update
from bot.domain.run import RunState
from bot.domain.states import Step
from bot.domain.target import CaseTarget
from bot.flows.cards import quiet_hours
from bot.flows.cases import reminders
from bot.flows.cases.deadlines import due_step
from bot.flows.cases.transition import AuditNote, request_render, transition
from bot.flows.ingestion import policy_change
from bot.flows.policy.load import for_presentation
from bot.flows.policy.pause import paused
from bot.messages import (
    ExecuteRun,
    ExemptionDue,
    JudgeDecision,
    PlanTarget,
    RenderChannel,
    SendReminders,
    UpdateSecurityHub,
    VerifyRun,
    send,
)
from bot.store import cases, items, keys
from bot.world import World

RESEND_AFTER: Final = timedelta(minutes=5)
"""Time that the sweep waits before it sends a message once more."""

BATCH: Final = 100

BROKEN_RETRY_AFTER: Final = timedelta(minutes=1)
"""A broken row is put behind all that is due by then; it fails again each minute, until the alarm goes off."""

_LOG: Final = logging.getLogger(__name__)

_TIMED_STEPS: Final = {
    Step.LAPSE: (CaseTarget.lapsed, HistoryEvent.LAPSED),
    Step.EXPIRE: (CaseTarget.expired, HistoryEvent.APPROVAL_EXPIRED),
    Step.UNCONFIRMED: (CaseTarget.disputed, HistoryEvent.NOT_CONFIRMED),
}


def sweep(world: World) -> None:
    """Process everything that is due, and check whether the policy has changed.

    A row that cannot be processed (written by another version, or damaged) does not affect the others. Raises
    Unknown in the end, so that an alarm reports it; the log names each row.
    """
    lost = not _isolated("the policy's change", lambda: policy_change.notice(world))
    now = keys.stamp(world.clock.now())
    for shard in keys.all_due():
        for found in world.table.query_index("due", shard, upto=now, limit=BATCH):
            key = _key(found)
            if not _isolated(f"{key.pk} {key.sk}", partial(_process_key, key, now, world)):
                lost = True
                _postpone_broken(key, world)
    if lost:
        raise Unknown("not everything that is due could be looked at: the log names what")


def _isolated(name: str, target: Callable[[], None]) -> bool:
    """Call `target` and log its error, so that the others go on. Other errors than the bot's may quote row data."""
    try:
        target()
    except Exception as error:  # noqa: BLE001 - the edge of one row: whatever it was, the others go on
        reason = str(error) if isinstance(error, CspmError) else ""
        _LOG.error("%s cannot be looked at: %s %s", name, type(error).__name__, reason)
        return False
    return True


def _postpone_broken(key: Key, world: World) -> None:
    at = keys.stamp(world.clock.now() + BROKEN_RETRY_AFTER)
    with suppress(CspmError):
        world.table.write([Update(key, sets={"due_sk": at}, when=(Test("due_sk", "exists"),))])


def _process_key(key: Key, now: str, world: World) -> None:
    item = world.table.get(key)
    if item and "due_sk" in item and item["due_sk"] <= now:
        _process(item, world)


def _process(item: Mapping[str, Any], world: World) -> None:
    kind = str(item["due_kind"])
    if kind not in _DUE:
        raise BadInput(f"nothing is known that is due as {kind!r}")
    _DUE[kind](item, world)


def _case(item: Mapping[str, Any], world: World) -> None:
    """Take the due steps of a case's targets, and request a render of its card if it is outdated."""
    case = items.case_from(dict(item))
    policy, now = for_presentation(world), world.clock.now()
    _reschedule(item, world)
    targets, unreadable = cases.load_readable(world.table, case.id)
    for target in targets:
        found = due_step(target, policy, now)
        if found and (found[1] <= now or target.unread):
            _process_step(target, found[0], world)
    fresh = cases.load_case(world.table, case.id)
    if fresh and (
        _mark_reminder(fresh, targets, policy, world)
        or fresh.version != fresh.rendered
        or quiet_hours.hold_expired(fresh, now)
    ):
        _relist(fresh, world)
        request_render(fresh, world)
    if unreadable:
        raise Unknown(f"these targets cannot be read: {', '.join(unreadable)}")


def _process_step(target: CaseTarget, step: Step, world: World) -> None:
    """Take the step, or request a plan: for a question that is new, starts again, or is to be kept fresh."""
    if step not in {Step.REPLAN, Step.ASK_AGAIN}:
        _take_step(target, step, world)
    if step in {Step.REPLAN, Step.ASK_AGAIN, Step.EXPIRE}:  # an expired approval's plan is as old as itself
        ask_again = step is Step.ASK_AGAIN
        send(PlanTarget(case_id=target.case_id, target_id=target.target_id, ask_again=ask_again), world.queues)


def _mark_reminder(case: Case, targets: Sequence[CaseTarget], policy: Policy, world: World) -> bool:
    """Mark the case for a reminder or an escalation; True for the one call that set the mark.

    Nothing is marked while paused, since nobody could approve: it is due when the pause ends.
    """
    now = world.clock.now()
    marks = reminders.marks(case, targets, policy, now)
    if not marks or paused(case.account, world):
        return False
    unchanged = (Test("version", "=", case.version),)
    _write(replace(cases.touch(case, keys.stamp(now), {}, marks, urgent=True), when=unchanged), world)
    return True


def _relist(case: Case, world: World) -> None:
    """Put the case back on its channel's list, from which it was removed when it was put off for the day."""
    listed = cases.behind(case, keys.stamp(world.clock.now()))
    world.table.write([Update(keys.case(case.id), sets=listed)])


def _take_step(target: CaseTarget, step: Step, world: World) -> None:
    take, event = _TIMED_STEPS[step]

    def change(now: CaseTarget) -> CaseTarget:
        return take(now) if now.ver == target.ver else now

    try:
        transition(target.case_id, target.target_id, change, AuditNote(event), world)
    except IllegalStep:
        return


def _run(item: Mapping[str, Any], world: World) -> None:
    """Requeue a run whose message was lost or whose worker died."""
    run = items.run_from(dict(item))
    match run.state:
        case RunState.READY | RunState.RUNNING:
            _reschedule(item, world)
            send(ExecuteRun(run_id=run.id, account_id=run.plan.resource.account), world.queues)
        case RunState.WRITTEN:
            _reschedule(item, world)
            send(VerifyRun(run_id=run.id), world.queues)
        case _:
            _unschedule(item, world)


def _decision(item: Mapping[str, Any], world: World) -> None:
    """Requeue a decision that was not processed, or whose answer was not sent."""
    case_id = str(item["pk"]).removeprefix("DECISION#")
    _reschedule(item, world)
    send(JudgeDecision(case_id=case_id, decision_id=item["sk"]), world.queues)


def _exemption(item: Mapping[str, Any], world: World) -> None:
    """Have `remediate` announce or end an exemption that is due."""
    _reschedule(item, world)
    send(ExemptionDue(account_id=item["account"], exemption_id=item["id"]), world.queues)


def _lift(item: Mapping[str, Any], world: World) -> None:
    """Have `remediate` lift the suppression of an ended exemption in Security Hub."""
    _reschedule(item, world)
    send(UpdateSecurityHub(case_id=item["case"], target_id=item["target_id"], lift_suppression=True), world.queues)


def _channel(item: Mapping[str, Any], world: World) -> None:
    """Request the summary of a channel whose quiet hours are over."""
    _reschedule(item, world)
    channel = str(item["pk"]).removeprefix("CHANNEL#")
    send(RenderChannel(channel_id=channel), world.queues)


def _reminders(item: Mapping[str, Any], world: World) -> None:
    """Request the reminders that are due in a channel."""
    _reschedule(item, world)
    channel = str(item["pk"]).removeprefix("CHANNEL#")
    send(SendReminders(channel_id=channel, reminder=item["kind"]), world.queues)


def _reschedule(item: Mapping[str, Any], world: World) -> None:
    """Reschedule after `AGAIN`, unless the due time has changed since the row was read."""
    at = keys.stamp(world.clock.now() + RESEND_AFTER)
    _write(Update(_key(item), sets={"due_sk": at}, when=_unchanged(item)), world)


def _unschedule(item: Mapping[str, Any], world: World) -> None:
    _write(Update(_key(item), removes=("due_pk", "due_sk", "due_kind"), when=_unchanged(item)), world)


def _write(update: Update, world: World) -> None:
    try:
        world.table.write([update])
    except Conflict:
        return


def _key(item: Mapping[str, Any]) -> Key:
    return Key(str(item["pk"]), str(item["sk"]))


def _unchanged(item: Mapping[str, Any]) -> tuple[Test, ...]:
    return (Test("due_sk", "=", item["due_sk"]),)


_DUE: Final[Mapping[str, Callable[[Mapping[str, Any], World], None]]] = {
    "case": _case,
    "run": _run,
    "decision": _decision,
    "exemption": _exemption,
    "lift": _lift,
    "channel": _channel,
    "reminders": _reminders,
}
