"""Re-evaluate stored findings without an update from their source: after a new policy, or an exemption's end.

Each message processes some findings and sends the next message, so that a hundred thousand findings are many short
steps. A repeated step changes nothing.
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
from bot.flows.ingestion.assign import assign_to_case, no_card_reason
from bot.flows.policy.eligibility import not_automatic
from bot.flows.policy.load import for_presentation
from bot.messages import PlanTarget, ReassignFindings, RedrawCards, RenderChannel, send
from bot.store import cases, findings, items, keys, posture
from bot.world import World

MAX_READ: Final = 1_000
MAX_ASSIGNED: Final = 50
"""Findings that one message reads, and how many of these it assigns: some seconds, of the function's two minutes."""

PAUSE: Final = 1
"""Seconds between two messages: new targets request plans, and other work shares the queue."""

RETRY_AFTER: Final = 60
"""Seconds until this function has loaded the policy that another one has noticed."""

_LOG: Final = logging.getLogger(__name__)


def reassign(message: ReassignFindings, world: World) -> None:
    """Assign findings of these accounts that have no card to cases, if they would have a card now.

    With a `reason` these are the findings stored with it, else those that the policy judges differently now.
    Raises Busy, Conflict: then the message is retried.
    """
    if message.policy_version and _superseded(message.policy_version, world):
        return
    policy = for_presentation(world)
    account, *others = message.account_ids
    region, *later = _regions(account, message.region, world) or [""]
    last = _reassign_page(account, region, message, policy, world)
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
        raise Busy(f"the policy {version} is not here yet", retry_after=RETRY_AFTER)
    return False


def _regions(account: str, first: str, world: World) -> list[str]:
    return sorted(unit.region for unit in posture.units(world.table, account) if unit.region >= first)


def _reassign_page(account: str, region: str, message: ReassignFindings, policy: Policy, world: World) -> str:
    """Return the finding after which the next message continues, '' when the account's Region is done."""
    found = findings.rows(world.table, account, region, message.after, MAX_READ)
    assigned = 0
    for item in found:
        assigned += _reassign_finding(item, message.reason, policy, world)
        if assigned == MAX_ASSIGNED:
            return str(item["sk"])
    return str(found[-1]["sk"]) if len(found) == MAX_READ else ""


def _reassign_finding(item: Mapping[str, Any], reason: str, policy: Policy, world: World) -> bool:
    """Return whether the finding was assigned. One that cannot be read is logged, and does not stop the others."""
    try:
        finding = items.finding_from(dict(item))
        wanted = finding.no_card == reason if reason else _reason_changed(finding, policy)
        if wanted and finding.status is Status.OPEN:
            assign_to_case(finding, world)
            return True
    except items.UNREADABLE as error:
        _LOG.error("%s %s cannot be placed: %s", item["pk"], item["sk"], type(error).__name__)
    return False


def _reason_changed(finding: Finding, policy: Policy) -> bool:
    """Return whether the stored kind of reason no longer applies; exemptions are re-evaluated when they end."""
    kind = finding.no_card.partition(" ")[0]
    return bool(kind) and not kind.startswith("exempted:") and kind != no_card_reason(finding, policy).partition(" ")[0]


def redraw(message: RedrawCards, world: World) -> None:
    """Render the open cards of one account by the new policy, and plan what it approves automatically.

    Raises Busy, Conflict: then the message is retried.
    """
    if _superseded(message.policy_version, world):
        return
    policy = for_presentation(world)
    account, *others = message.account_ids
    channels = {_request_redraw(case, policy, world) for case in open_cases(account, world.table)}
    for channel in sorted(channels):
        send(RenderChannel(channel_id=channel), world.queues)
    if others:
        send(message.model_copy(update={"account_ids": tuple(others)}), world.queues)


def _request_redraw(case: Case, policy: Policy, world: World) -> str:
    """Mark the case's card as outdated, request the plans to be approved automatically, and return its channel."""
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
