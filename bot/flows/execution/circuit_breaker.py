"""Stop automatic mode for a remediation in an account after three failures in a row.

The stop is a pause of the scope `auto:<account>:<remediation>`, so two people end it as they end any other pause.
"""

from __future__ import annotations

from typing import Final

from bot.domain.history import HistoryEvent
from bot.domain.ports import ABSENT_ITEM, Item, Key, Test, Update, Write
from bot.domain.run import Run, RunKind
from bot.domain.target_record import is_policy
from bot.flows.policy.pause import holds
from bot.messages import ThreadReply, send
from bot.store import audit, cases, keys
from bot.world import World

FAILURES_TO_STOP: Final = 3
BOT: Final = "cspm-bot"


def scope_of(account: str, remediation: str) -> str:
    """Return the scope of this remediation's automatic mode in this account."""
    return f"auto:{account}:{remediation}"


def is_stopped(account: str, remediation: str, world: World) -> bool:
    """Return whether automatic mode is stopped for this remediation there."""
    return holds(world.table.get(keys.pause(scope_of(account, remediation))))


def result_writes(run: Run, world: World, *, failed: bool) -> list[Write]:
    """Return the writes that count a run's result, for its transaction; the third failure stops automatic mode."""
    if run.kind is not RunKind.FIX or not is_policy(run.approved_by[0]):
        return []
    key = keys.pause(scope_of(run.plan.resource.account, run.plan.remediation))
    item = world.table.get(key)
    if not failed:
        return _reset(key, item)
    failures = int((item or {}).get("failures", 0)) + 1
    now = keys.stamp(world.clock.now())
    reason = f"{failures} failures in a row, the last of run {run.id}"
    stop = {"by": BOT, "reason": reason, "at": now, "resumed_by": []} if failures >= FAILURES_TO_STOP else {}
    counted = Update(
        key, sets={"failures": failures, **stop}, removes=("ended",) if stop else (), when=_unchanged(item)
    )
    return [counted, audit.put(_entry(run, reason, now))] if stop else [counted]


def _reset(key: Key, item: Item | None) -> list[Write]:
    return [Update(key, sets={"failures": 0}, when=_unchanged(item))] if item and item.get("failures") else []


def _entry(run: Run, reason: str, now: str) -> audit.Entry:
    where = run.plan.resource
    return audit.Entry(
        at=now,
        what=HistoryEvent.AUTO_STOPPED,
        identity=(HistoryEvent.AUTO_STOPPED, run.id),
        account=where.account,
        policy=run.policy,
        reason=f"{run.plan.remediation}: {reason}",
        run=run.id,
    )


def _unchanged(item: Item | None) -> tuple[Test, ...]:
    if item is None:
        return ABSENT_ITEM
    return (Test("failures", "=", item["failures"]) if "failures" in item else Test("failures", "absent"),)


def notify_stop(run: Run, world: World) -> None:
    """Post the stop in the card's thread, with the command that ends it."""
    account, remediation = run.plan.resource.account, run.plan.remediation
    case = cases.load_case(world.table, run.case_id)
    if not is_policy(run.approved_by[0]) or not is_stopped(account, remediation, world) or not case or not case.ts:
        return
    scope = scope_of(account, remediation)
    text = (
        f"⏹️ *Automatic mode has stopped* for {remediation} in account {account} "
        f"after {FAILURES_TO_STOP} failures in a row. "
        f"People decide there now; two approvers end this with `/cspm resume {scope}`."
    )
    send(ThreadReply(channel_id=case.channel, thread_ts=case.ts, text=text), world.queues)
