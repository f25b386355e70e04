"""Announce exemptions a week and a day before their end, and ask again when they have ended."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.exemption import Exemption, Scope, hidden_by
from bot.domain.history import HistoryEvent
from bot.domain.states import State
from bot.messages import ExemptionDue, PlanTarget, ReassignFindings, ThreadReply, send
from bot.slack.text import exemptions as words
from bot.store import audit, cases, exemptions, keys
from bot.world import World


def announce_or_end(message: ExemptionDue, world: World) -> None:
    """Announce or end an exemption whose time has come; a message that comes twice does no harm."""
    exemption = exemptions.load(world.table, message.account_id, message.exemption_id)
    if exemption is None or exemption.ended:
        return
    now = keys.stamp(world.clock.now())
    after = exemptions.announced(exemption, now)
    if now >= exemption.until:
        _ask_again(exemption, world)
        after = replace(after, ended=now)
    elif after == exemption:
        return
    said = words.ended_announcement(after) if after.ended else words.ending_announcement(after, world.clock.now())
    _tell_thread(exemption, said, world)
    entry = audit.Entry(
        at=now,
        what=HistoryEvent.EXEMPTION_ENDED if after.ended else HistoryEvent.EXEMPTION_ANNOUNCED,
        identity=("exemption", after.id, str(after.announced), after.ended),
        case=after.case_id,
        account=after.account,
        policy=after.policy,
        reason=after.reason,
    )
    world.table.write([exemptions.change(exemption, after), audit.put(entry)])


def _ask_again(exemption: Exemption, world: World) -> None:
    """Plan the card's targets again, and reassign the findings that had no card because of the exemption."""
    for target in cases.load_targets(world.table, exemption.case_id):
        if target.decision.exemption == exemption.id and target.state is State.EXEMPTED:
            send(PlanTarget(case_id=target.case_id, target_id=target.target_id, ask_again=True), world.queues)
    if exemption.scope is Scope.CONTROL:
        again = ReassignFindings(account_ids=(exemption.account,), reason=hidden_by(exemption.id))
        send(again, world.queues)


def _tell_thread(exemption: Exemption, text: str, world: World) -> None:
    case = cases.load_case(world.table, exemption.case_id)
    if case and case.ts:
        send(ThreadReply(channel_id=case.channel, thread_ts=case.ts, text=text), world.queues)
