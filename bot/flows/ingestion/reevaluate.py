"""What is stored is looked at again though it has no news: a new policy holds for it, or its exemption has ended.

A message takes a stretch and sends the next one, so that a hundred thousand findings are as many short steps; taken
twice, a step finds its work done.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import Busy, Conflict
from bot.domain.finding import Finding, Status
from bot.domain.policy import Policy
from bot.domain.ports import Test
from bot.domain.states import State
from bot.flows.cases.open_cases import open_cases
from bot.flows.ingestion.assign import no_card, place
from bot.flows.policy.eligibility import not_automatic
from bot.flows.policy.load import for_presentation
from bot.store import cases, findings, items, keys, posture
from bot.world import World

READ: Final = 1_000
PLACED: Final = 50
"""Findings that one message reads, and of these places: some seconds, of the two minutes that it has."""

PAUSE: Final = 1
"""Seconds between two stretches: each that opens something asks for plans, and other work needs the queue, too."""

NOT_YET: Final = 60
"""Seconds until this function has the policy that another one has noticed."""

_LOG: Final = logging.getLogger(__name__)


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message about what is looked at again. Raises Busy, Conflict: then it comes once more."""
    if "policy" in body and _superseded(body, world):
        return
    if body["kind"] == "redraw":
        redraw(body, world)
    else:
        place_again(body, world)


def place_again(body: Mapping[str, Any], world: World) -> None:
    """One stretch of the findings without a card of these accounts: those that would have one now are placed.

    With a `reason` they are those that were stored with it, else those of which the `policy` says otherwise now.
    """
    policy = for_presentation(world)
    account, *others = body["accounts"]
    region, *later = _regions(account, body.get("region", ""), world) or [""]
    last = _stretch(account, region, body, policy, world)
    if last or later:
        _send({**body, "region": region if last else later[0], "after": last}, world)
    elif others:
        _send({**body, "accounts": others, "region": "", "after": ""}, world)


def _send(body: Mapping[str, Any], world: World) -> None:
    world.queues.plan.send(body, delay=PAUSE)


def _superseded(body: Mapping[str, Any], world: World) -> bool:
    """Whether a newer policy is known, which is looked at by itself. Raises Busy until this one is known here."""
    noticed = world.table.get(keys.policy_noticed()) or {}
    if noticed.get("version") != body["policy"]:
        return True
    if for_presentation(world).version != body["policy"]:
        raise Busy(f"the policy {body['policy']} is not here yet", retry_after=NOT_YET)
    return False


def _regions(account: str, first: str, world: World) -> list[str]:
    return sorted(unit.region for unit in posture.units(world.table, account) if unit.region >= first)


def _stretch(account: str, region: str, body: Mapping[str, Any], policy: Policy, world: World) -> str:
    """Place what is to be placed; after which finding it goes on, '' when the account's Region is done."""
    found = findings.rows(world.table, account, region, body.get("after", ""), READ)
    placed = 0
    for item in found:
        placed += _placed_again(item, body.get("reason", ""), policy, world)
        if placed == PLACED:
            return str(item["sk"])
    return str(found[-1]["sk"]) if len(found) == READ else ""


def _placed_again(item: Mapping[str, Any], reason: str, policy: Policy, world: World) -> bool:
    """Whether it was one of those; one that cannot be read keeps no other from its card."""
    try:
        finding = items.finding_from(dict(item))
        wanted = finding.no_card == reason if reason else _judged_otherwise(finding, policy)
        if wanted and finding.status is Status.OPEN:
            place(finding, world)
            return True
    except items.UNREADABLE as error:
        _LOG.error("%s %s cannot be placed: %s", item["pk"], item["sk"], type(error).__name__)
    return False


def _judged_otherwise(finding: Finding, policy: Policy) -> bool:
    """Whether it has no card for a kind of reason that the policy does not give any more. Exemptions have their end."""
    kind = finding.no_card.partition(" ")[0]
    return bool(kind) and not kind.startswith("exempted:") and kind != no_card(finding, policy).partition(" ")[0]


def redraw(body: Mapping[str, Any], world: World) -> None:
    """The open cards of one account as the new policy has them; what it approves by itself is planned for that."""
    policy = for_presentation(world)
    account, *others = body["accounts"]
    channels = {_redrawn(case, policy, world) for case in open_cases(account, world.table)}
    for channel in sorted(channels):
        world.queues.cards.send({"kind": "render", "channel": channel}, group=channel)
    if others:
        world.queues.plan.send({**body, "accounts": others})


def _redrawn(case: Case, policy: Policy, world: World) -> str:
    """Put it on its channel's list: the channel."""
    targets, _ = cases.load_readable(world.table, case.id)
    for target in targets:
        if target.state is State.PROPOSED and not not_automatic(target, policy):
            world.queues.plan.send({"kind": "plan", "case": case.id, "target_id": target.target_id})
    still_open = (Test("closed_at", "=", ""),)
    try:
        world.table.write([replace(cases.touch(case, keys.stamp(world.clock.now()), {}), when=still_open)])
    except Conflict as conflict:
        if not conflict.failed:
            raise
    return case.channel
