"""Apply a new policy at once to what is stored, not with the next update of each finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.errors import PolicyUnreadable
from bot.domain.policy import Policy, Stage
from bot.domain.ports import Item, Put, Update
from bot.flows.policy.load import current
from bot.messages import ReassignFindings, RedrawCards, send
from bot.store import keys, posture
from bot.world import World


def notice(world: World) -> None:
    """Compare the policy with the one that was noticed last, and have what is stored re-evaluated (`reevaluate`).

    One read while nothing has changed. The note keeps what is pending until it has been sent: after a crash it is sent
    once more, which does no harm.
    """
    try:
        policy = current(world)
    except PolicyUnreadable:
        return
    key = keys.policy_noticed()
    known = world.table.get(key)
    if known and known["version"] == policy.version and "owed" not in known:
        return
    owed = _owed(policy, known, world) if known else {}
    world.table.write([Put({"pk": key.pk, "sk": key.sk, "version": policy.version, **_judging(policy), "owed": owed})])
    if owed.get("place_again"):
        accounts = tuple(owed["place_again"])
        send(ReassignFindings(account_ids=accounts, policy_version=policy.version), world.queues)
    if owed.get("redraw"):
        send(RedrawCards(account_ids=tuple(owed["redraw"]), policy_version=policy.version), world.queues)
    world.table.write([Update(key, removes=("owed",))])


def _owed(policy: Policy, known: Item, world: World) -> dict[str, list[str]]:
    """The accounts whose cards are redrawn, and those in which other findings may have a card now."""
    accounts = sorted({unit.account for unit in posture.units(world.table)})
    still = known.get("owed", {}).get("place_again", ())
    return {"redraw": accounts, "place_again": sorted({*still, *_judged_otherwise(policy, known, accounts)})}


def _judged_otherwise(policy: Policy, known: Item, accounts: Iterable[str]) -> list[str]:
    judging = _judging(policy)
    all_are = judging["cards"] != known.get("cards")
    return [one for one in accounts if all_are or _observed(one, known) != _observed(one, judging)]


def _observed(account: str, note: Mapping[str, Any]) -> bool:
    return bool(note["stages"].get(account, note["default_stage"]) == Stage.OBSERVE)


def _judging(policy: Policy) -> dict[str, Any]:
    """What decides on whether a finding has a card."""
    named = {account: stage.value for account, stage in policy.stages.items()}
    cards = [policy.cards.min_severity.value, policy.cards.since]
    return {"default_stage": policy.default_stage.value, "stages": named, "cards": cards}
