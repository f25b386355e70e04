"""What time does: lost messages are sent again, unanswered cards lapse, approvals expire, fixes stay unconfirmed."""

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
from bot.flows.ingestion import policy_change, reconcile
from bot.flows.jobs import audit_archive
from bot.flows.policy.load import for_presentation
from bot.flows.policy.pause import paused
from bot.flows.posture import digest, snapshot
from bot.store import cases, items, keys
from bot.world import World

AGAIN: Final = timedelta(minutes=5)
"""After the sweep has sent a message again it waits this long before it does so once more."""

AT_ONCE: Final = 100

BROKEN_AGAIN: Final = timedelta(minutes=1)
"""What could not be looked at stands behind all that is due by then, and fails each minute until the alarm rings."""

_LOG: Final = logging.getLogger(__name__)

_TIMED_STEPS: Final = {
    Step.LAPSE: (CaseTarget.lapsed, HistoryEvent.LAPSED),
    Step.EXPIRE: (CaseTarget.expired, HistoryEvent.APPROVAL_EXPIRED),
    Step.UNCONFIRMED: (CaseTarget.disputed, HistoryEvent.NOT_CONFIRMED),
}


def run(job: str, world: World) -> None:
    """One scheduled job. Raises BadInput for one that it does not know."""
    if job not in _JOBS:
        raise BadInput(f"there is no job {job!r}")
    _JOBS[job](world)


def sweep(world: World) -> None:
    """Look at everything that is due, and whether the policy has changed.

    What cannot be looked at (a row that another version wrote, a damaged one) costs only itself. Raises Unknown in the
    end, so that an alarm tells of it; the log names each.
    """
    lost = not _apart("the policy's change", lambda: policy_change.notice(world))
    now = keys.stamp(world.clock.now())
    for shard in keys.all_due():
        for found in world.table.query_index("due", shard, upto=now, limit=AT_ONCE):
            key = _key(found)
            if not _apart(f"{key.pk} {key.sk}", partial(_look_at, key, now, world)):
                lost = True
                _put_off(key, world)
    if lost:
        raise Unknown("not everything that is due could be looked at: the log names what")


def _apart(name: str, look: Callable[[], None]) -> bool:
    """Look at one thing; what it meets is logged, and keeps nothing else from its turn. The text may quote the row."""
    try:
        look()
    except Exception as error:  # noqa: BLE001 - the edge of one row: whatever it was, the others go on
        reason = str(error) if isinstance(error, CspmError) else ""
        _LOG.error("%s cannot be looked at: %s %s", name, type(error).__name__, reason)
        return False
    return True


def _put_off(key: Key, world: World) -> None:
    at = keys.stamp(world.clock.now() + BROKEN_AGAIN)
    with suppress(CspmError):
        world.table.write([Update(key, sets={"due_sk": at}, when=(Test("due_sk", "exists"),))])


def _look_at(key: Key, now: str, world: World) -> None:
    item = world.table.get(key)
    if item and "due_sk" in item and item["due_sk"] <= now:
        _look(item, world)


def _look(item: Mapping[str, Any], world: World) -> None:
    kind = str(item["due_kind"])
    if kind not in _DUE:
        raise BadInput(f"nothing is known that is due as {kind!r}")
    _DUE[kind](item, world)


def _case(item: Mapping[str, Any], world: World) -> None:
    """Take what is due on a case's targets, and ring for its card if that is behind."""
    case = items.case_from(dict(item))
    policy, now = for_presentation(world), world.clock.now()
    _later(item, world)
    targets, unreadable = cases.load_readable(world.table, case.id)
    for target in targets:
        found = due_step(target, policy, now)
        if found and (found[1] <= now or target.unread):
            _take_up(target, found[0], world)
    fresh = cases.load_case(world.table, case.id)
    if fresh and (
        _marked(fresh, targets, policy, world) or fresh.version != fresh.rendered or quiet_hours.over(fresh, now)
    ):
        _list_again(fresh, world)
        request_render(fresh, world)
    if unreadable:
        raise Unknown(f"these targets cannot be read: {', '.join(unreadable)}")


def _take_up(target: CaseTarget, step: Step, world: World) -> None:
    """Move it, or have its settings read: for a question that is new, begins again, or is to be kept fresh."""
    if step not in {Step.REPLAN, Step.ASK_AGAIN}:
        _take(target, step, world)
    if step in {Step.REPLAN, Step.ASK_AGAIN, Step.EXPIRE}:  # an expired approval's plan is as old as itself
        asked = {"ask": True} if step is Step.ASK_AGAIN else {}
        world.queues.plan.send({"kind": "plan", "case": target.case_id, "target_id": target.target_id, **asked})


def _marked(case: Case, targets: Sequence[CaseTarget], policy: Policy, world: World) -> bool:
    """Whether the card's flow has to remind of what waits, or to escalate it: the mark says so, set by one call.

    While paused nobody could approve it: its time has come when it goes on.
    """
    now = world.clock.now()
    marks = reminders.marks(case, targets, policy, now)
    if not marks or paused(case.account, world):
        return False
    unchanged = (Test("version", "=", case.version),)
    _write(replace(cases.touch(case, keys.stamp(now), {}, marks, urgent=True), when=unchanged), world)
    return True


def _list_again(case: Case, world: World) -> None:
    """On the list of its channel, from which a case that was put off for the day had been taken."""
    listed = cases.behind(case, keys.stamp(world.clock.now()))
    world.table.write([Update(keys.case(case.id), sets=listed)])


def _take(target: CaseTarget, step: Step, world: World) -> None:
    take, event = _TIMED_STEPS[step]

    def change(now: CaseTarget) -> CaseTarget:
        return take(now) if now.ver == target.ver else now

    try:
        transition(target.case_id, target.target_id, change, AuditNote(event), world)
    except IllegalStep:
        return


def _run(item: Mapping[str, Any], world: World) -> None:
    """A run whose message was lost, or whose owner died, goes back to its queue."""
    run = items.run_from(dict(item))
    match run.state:
        case RunState.READY | RunState.RUNNING:
            _later(item, world)
            world.queues.runs.send({"kind": "run", "run": run.id}, group=run.plan.resource.account)
        case RunState.WRITTEN:
            _later(item, world)
            world.queues.proofs.send({"kind": "prove", "run": run.id, "tries": 0})
        case _:
            _done(item, world)


def _decision(item: Mapping[str, Any], world: World) -> None:
    """One that was not judged, or whose answer was not sent."""
    case_id = str(item["pk"]).removeprefix("DECISION#")
    _later(item, world)
    message = {"kind": "decision", "case": case_id, "signature": item["sk"]}
    world.queues.decisions.send(message, group=case_id)


def _exemption(item: Mapping[str, Any], world: World) -> None:
    """One that is to be announced, or has ended: `remediate` does it."""
    _later(item, world)
    message = {"kind": "exemption", "account": item["account"], "id": item["id"]}
    world.queues.decisions.send(message, group=str(item["id"]))


def _lift(item: Mapping[str, Any], world: World) -> None:
    """An exemption's end of which Security Hub has not been told: `remediate` does it."""
    _later(item, world)
    message = {"kind": "write_back", "case": item["case"], "target_id": item["target_id"], "lift": True}
    world.queues.decisions.send(message, group=str(item["case"]))


def _channel(item: Mapping[str, Any], world: World) -> None:
    """One with something to tell since its quiet hours are over."""
    _later(item, world)
    channel = str(item["pk"]).removeprefix("CHANNEL#")
    world.queues.cards.send({"kind": "render", "channel": channel}, group=channel)


def _reminders(item: Mapping[str, Any], world: World) -> None:
    """What is to be told in a channel of what waits there."""
    _later(item, world)
    channel = str(item["pk"]).removeprefix("CHANNEL#")
    world.queues.cards.send({"kind": "remind", "channel": channel, "what": item["kind"]}, group=channel)


def _later(item: Mapping[str, Any], world: World) -> None:
    """Due again after a while, unless somebody has set another time since it was read."""
    at = keys.stamp(world.clock.now() + AGAIN)
    _write(Update(_key(item), sets={"due_sk": at}, when=_unchanged(item)), world)


def _done(item: Mapping[str, Any], world: World) -> None:
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

_JOBS: Final[Mapping[str, Callable[[World], None]]] = {
    "sweep": sweep,
    "snapshot": snapshot.take,
    "digest": digest.tick,
    "inventory": reconcile.take_up,
    "reconcile": reconcile.weekly,
    "recount": reconcile.nightly,
    "export": audit_archive.export,
}
