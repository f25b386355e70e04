"""The details modal of a finding or target, and the finding's document as the source sent it."""

from __future__ import annotations

from typing import Final

from bot.domain.finding import Finding
from bot.domain.target import CaseTarget
from bot.flows.decisions.payload import Press
from bot.flows.interactions import posture
from bot.flows.interactions.clicks import Ack
from bot.flows.interactions.posture import Asker
from bot.flows.messaging import files, modals
from bot.messages import FetchRawFinding, FillFindingDetails, FillRawFinding, send
from bot.slack.ids import DetailsValue
from bot.slack.modals import finding_details as drawn
from bot.slack.modals.finding_details import MAX_SHOWN, DetailsView, RawFindingView
from bot.store import audit, cases, findings, keys
from bot.world import World

LINES: Final = 200
"""Lines of a case's history in which those of one target are looked for."""


def open_details(press: Press, world: World) -> Ack:
    """Open a placeholder modal and request its content. Raises Refusal for non-members, BadInput."""
    posture.require_member(Asker(press.user, press.team), world)
    value = DetailsValue.parse(press.value)
    view_id = modals.show(press.trigger_id, drawn.placeholder(), world, in_modal=press.in_modal)
    send(FillFindingDetails(subject=value.text, view_id=view_id), world.queues)
    return {}


def back_to_details(press: Press, world: World) -> Ack:
    """Go back from the document to the details. Raises Refusal, BadInput."""
    posture.require_member(Asker(press.user, press.team), world)
    send(FillFindingDetails(subject=DetailsValue.parse(press.value).text, view_id=press.view_id), world.queues)
    return {}


def request_raw_finding(press: Press, world: World) -> Ack:
    """Request the document and show a placeholder until it arrives. Raises Refusal, BadInput."""
    posture.require_member(Asker(press.user, press.team), world)
    value = DetailsValue.parse(press.value)
    modals.fill(press.view_id, drawn.placeholder("⏳ Asking Security Hub…"), world)
    send(FetchRawFinding(subject=value.text, view_id=press.view_id, user_id=press.user), world.queues)
    return {}


def fill_details(message: FillFindingDetails, world: World) -> None:
    """Fill the modal from reads by key and one query of the case's history. Raises BadInput."""
    value = DetailsValue.parse(message.subject)
    case = cases.load_case(world.table, value.case_id) if value.case_id else None
    target = (
        cases.load_target(world.table, value.case_id, value.target_id) if value.case_id and value.target_id else None
    )
    lines = audit.history(world.table, value.case_id, LINES) if target else []
    mine = [line for line in lines if line.target in {"", value.target_id}]
    found = _of_target(target, world) if target else _without_target(value, world)
    view = DetailsView(value, found, case, target, mine, more=len(lines) == LINES)
    modals.fill(message.view_id, drawn.modal(view), world)


def _of_target(target: CaseTarget, world: World) -> list[Finding]:
    """Return the findings of a target, worst first."""
    home = target.resource
    wanted = [keys.finding(home.account, home.region, fid) for fid in target.findings]
    return sorted(findings.load_findings(world.table, wanted).values(), key=lambda one: one.severity.rank)


def _without_target(value: DetailsValue, world: World) -> list[Finding]:
    """Return a finding without a target, if it is still stored."""
    found = findings.load_finding(world.table, value.account, value.region, value.fid) if value.fid else None
    return [found] if found else []


def fill_raw_finding(message: FillRawFinding, world: World) -> None:
    """Fill the modal with the document; a longer one is sent as a file by direct message."""
    value, text = DetailsValue.parse(message.subject), message.text
    in_file = len(text) > MAX_SHOWN
    if in_file:
        where = files.direct(message.user_id, world)
        files.upload(text.encode(), "finding.json", "The finding as it was sent", world, channel_id=where)
    modals.fill(message.view_id, drawn.raw_finding(RawFindingView(value, text, message.note, in_file)), world)
