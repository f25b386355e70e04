"""Re-evaluate what is stored without an update from its source: after a new policy, or an exemption's end.

A message takes some findings and sends the next message, so that a hundred thousand findings are many short steps;
taken twice, a step finds its work done.
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
from bot.messages import PlanTarget, ReassignFindings, RedrawCards, RenderChannel, send
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


def reassign(message: ReassignFindings, world: World) -> None:
    """Assign some findings without a card of these accounts to cases: those that would have a card now.

    With a `reason` they are those that were stored with it, else those that the policy judges otherwise now.
    Raises Busy, Conflict: then the message comes once more.
    """
    if message.policy_version and _superseded(message.policy_version, world):
        return
    policy = for_presentation(world)
    account, *others = message.account_ids
    region, *later = _regions(account, message.region, world) or [""]
    last = _stretch(account, region, message, policy, world)
    if last or later:
        rest = {"region": region if last else later[0], "after": last}
        send(message.model_copy(update=rest), world.queues, delay=PAUSE)
    elif others:
        rest_of_accounts = {"account_ids": tuple(others), "region": "", "after": ""}
        send(message.model_copy(update=rest_of_accounts), world.queues, delay=PAUSE)


def _superseded(version: str, world: World) -> bool:
    """Return whether a newer policy is known, which has a message of its own. Raises Busy until this one is loaded."""
    noticed = world.table.get(keys.policy_noticed()) or {}
    if noticed.get("version") != version:
        return True
    if for_presentation(world).version != version:
        raise Busy(f"the policy {version} is not here yet", retry_after=NOT_YET)
    return False


def _regions(account: str, first: str, world: World) -> list[str]:
    return sorted(unit.region for unit in posture.units(world.table, account) if unit.region >= first)


def _stretch(account: str, region: str, message: ReassignFindings, policy: Policy, world: World) -> str:
    """Return the finding after which the next message continues, '' when the account's Region is done."""
    found = findings.rows(world.table, account, region, message.after, READ)
    placed = 0
    for item in found:
        placed += _placed_again(item, message.reason, policy, world)
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


def redraw(message: RedrawCards, world: World) -> None:
    """Render the open cards of one account by the new policy, and plan what it approves automatically.

    Raises Busy, Conflict: then the message comes once more.
    """
    if _superseded(message.policy_version, world):
        return
    policy = for_presentation(world)
    account, *others = message.account_ids
    channels = {_redrawn(case, policy, world) for case in open_cases(account, world.table)}
    for channel in sorted(channels):
        send(RenderChannel(channel_id=channel), world.queues)
    if others:
        send(message.model_copy(update={"account_ids": tuple(others)}), world.queues)


def _redrawn(case: Case, policy: Policy, world: World) -> str:
    """Put it on its channel's list: the channel."""
    targets, _ = cases.load_readable(world.table, case.id)
    for target in targets:
        if target.state is State.PROPOSED and not not_automatic(target, policy):
            send(PlanTarget(case_id=case.id, target_id=target.target_id), world.queues)
    still_open = (Test("closed_at", "=", ""),)
    try:
        world.table.write([replace(cases.touch(case, keys.stamp(world.clock.now()), {}), when=still_open)])
    except Conflict as conflict:
        if not conflict.failed:
            raise
    return case.channel
