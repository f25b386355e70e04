"""Apply a new policy to stored findings at once, not with the next update of each finding."""

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
    """Compare the policy with the last known one, and request re-evaluation of what is stored (`reevaluate`).

    This costs one read while nothing has changed. The item keeps what is pending until it has been sent: after a crash
    it is sent again, which is harmless.
    """
    try:
        policy = current(world)
    except PolicyUnreadable:
        return
    key = keys.policy_noticed()
    known = world.table.get(key)
    if known and known["version"] == policy.version and "owed" not in known:
        return
    pending = _pending_accounts(policy, known, world) if known else {}
    world.table.write(
        [Put({"pk": key.pk, "sk": key.sk, "version": policy.version, **_card_criteria(policy), "owed": pending})]
    )
    if pending.get("place_again"):
        accounts = tuple(pending["place_again"])
        send(ReassignFindings(account_ids=accounts, policy_version=policy.version), world.queues)
    if pending.get("redraw"):
        send(RedrawCards(account_ids=tuple(pending["redraw"]), policy_version=policy.version), world.queues)
    world.table.write([Update(key, removes=("owed",))])


def _pending_accounts(policy: Policy, known: Item, world: World) -> dict[str, list[str]]:
    """Return the accounts whose cards are redrawn, and those in which other findings may have a card now."""
    accounts = sorted({unit.account for unit in posture.units(world.table)})
    still = known.get("owed", {}).get("place_again", ())
    return {"redraw": accounts, "place_again": sorted({*still, *_accounts_to_reassign(policy, known, accounts)})}


def _accounts_to_reassign(policy: Policy, known: Item, accounts: Iterable[str]) -> list[str]:
    criteria = _card_criteria(policy)
    all_accounts = criteria["cards"] != known.get("cards")
    return [one for one in accounts if all_accounts or _observed(one, known) != _observed(one, criteria)]


def _observed(account: str, note: Mapping[str, Any]) -> bool:
    return bool(note["stages"].get(account, note["default_stage"]) == Stage.OBSERVE)


def _card_criteria(policy: Policy) -> dict[str, Any]:
    """Return the parts of the policy that decide whether a finding has a card."""
    named = {account: stage.value for account, stage in policy.stages.items()}
    cards = [policy.cards.min_severity.value, policy.cards.since]
    return {"default_stage": policy.default_stage.value, "stages": named, "cards": cards}
