"""What time does to an exemption: announced a week and a day before its end, then asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.exemption import Exemption, Scope, hidden_by
from bot.domain.history import HistoryEvent
from bot.domain.states import State
from bot.slack.text import exemptions as words
from bot.store import audit, cases, exemptions, keys
from bot.world import World


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message about an exemption that is due; told twice it is harmless."""
    exemption = exemptions.load(world.table, body["account"], body["id"])
    if exemption is None or exemption.ended:
        return
    now = keys.stamp(world.clock.now())
    after = exemptions.announced(exemption, now)
    if now >= exemption.until:
        _ask_again(exemption, world)
        after = replace(after, ended=now)
    elif after == exemption:
        return
    said = words.exemption_over(after) if after.ended else words.exemption_ends(after, world.clock.now())
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
    """The card's targets are read anew; so is what the exemption kept from having a card."""
    for target in cases.load_targets(world.table, exemption.case_id):
        if target.decision.exemption == exemption.id and target.state is State.EXEMPTED:
            world.queues.plan.send({"kind": "plan", "case": target.case_id, "target_id": target.target_id, "ask": True})
    if exemption.scope is Scope.CONTROL:
        again = {"kind": "place_again", "accounts": [exemption.account], "reason": hidden_by(exemption.id)}
        world.queues.plan.send(again)


def _tell_thread(exemption: Exemption, text: str, world: World) -> None:
    case = cases.load_case(world.table, exemption.case_id)
    if case and case.ts:
        world.queues.answers.send({"kind": "thread", "channel": case.channel, "ts": case.ts, "text": text})
