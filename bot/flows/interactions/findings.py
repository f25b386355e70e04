"""`/cspm findings`: a modal whose pages the answers queue fills."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.domain.case import Case
from bot.domain.finding import Finding, Status
from bot.domain.ports import Table
from bot.domain.posture import Unit
from bot.flows.decisions.payload import Press
from bot.flows.interactions import posture
from bot.flows.interactions.clicks import Ack
from bot.flows.interactions.posture import Asker
from bot.flows.messaging import modals
from bot.flows.messaging.links import permalinks
from bot.flows.posture import list_findings
from bot.flows.posture.list_findings import Cursor, FindingsQuery
from bot.flows.posture.score import describe
from bot.messages import FillFindingList, send
from bot.slack.ids import ListPage
from bot.slack.modals import findings
from bot.slack.modals.findings import FindingRow, FindingsView
from bot.store import cases, items, keys
from bot.world import World


def open_list(said: str, trigger_id: str, world: World) -> Ack:
    """Open the list at its first page. Raises BadInput for an invalid filter, SlackRefused."""
    page = ListPage(list_findings.parse_query(said).text, Cursor().text)
    _request_page(page, modals.show(trigger_id, findings.placeholder(page), world), world)
    return {}


def turn_page(press: Press, world: World, *, on: bool) -> Ack:
    """Request the next or previous page. Raises Refusal for non-members, BadInput."""
    posture.require_member(Asker(press.user, press.team), world)
    shown = ListPage.parse(press.metadata)
    page = shown.next_page if on else shown.previous_page
    modals.fill(press.view_id, findings.placeholder(page), world)
    _request_page(page, press.view_id, world)
    return {}


def _request_page(page: ListPage, view_id: str, world: World) -> None:
    send(FillFindingList(view_id=view_id, page=page.text), world.queues)


def fill_list(message: FillFindingList, world: World) -> None:
    """Fill the list with the requested page. Raises BadInput."""
    page = ListPage.parse(message.page)
    query = list_findings.parse_query(page.query)
    units = list_findings.matching_units(query, world.table)
    found = list_findings.load_page(query, Cursor.parse(page.at), units, world.table)
    view = FindingsView(
        about=describe_query(query, world.table),
        rows=_rows(found.findings, units, world),
        page=replace(page, next=found.next.text if found.next else ""),
        total=list_findings.open_count(query, units, world.table),
        read=found.read,
        stored=list_findings.stored_count(units),
        open_only=query.statuses == (Status.OPEN,),
        unreadable=found.unreadable,
    )
    modals.fill(message.view_id, findings.modal(view), world)


def describe_query(query: FindingsQuery, table: Table) -> str:
    """Return the filters as text."""
    statuses = "" if query.statuses == (Status.OPEN,) else ", ".join(query.statuses)
    every = "every status" if query.statuses == tuple(Status) else statuses
    named = f"“{query.name}” in the resource's name, by account and Region" if query.name else ""
    return " · ".join(part for part in (describe(query.filters, table), every, named) if part)


def _rows(found: Sequence[Finding], units: Sequence[Unit], world: World) -> list[FindingRow]:
    """Return the findings with their cases and targets, from two batched reads and one permalink."""
    names = {unit.account: unit.account_name for unit in units if unit.account_name}
    homes = _cases(found, world)
    targets = cases.load_several(world.table, {(one.case_id, one.target_id) for one in found if one.case_id in homes})
    links = permalinks([case for case, _ in homes.values()], world)
    return [
        FindingRow(
            finding=one,
            account_name=names.get(one.resource.account, ""),
            case=homes[one.case_id][0] if one.case_id in homes else None,
            target=targets.get((one.case_id, one.target_id)),
            card=links.get(one.case_id, ""),
            put_off=homes[one.case_id][1] if one.case_id in homes else "",
        )
        for one in found
    ]


def _cases(found: Sequence[Finding], world: World) -> dict[str, tuple[Case, str]]:
    """Return the findings' readable cases, each with the day until which its first card waits, or ''."""
    wanted = {one.case_id: keys.case(one.case_id) for one in found if one.case_id}
    known = {}
    for item in world.table.get_many(wanted.values()).values():
        with suppress(*items.UNREADABLE):
            known[item["id"]] = items.case_from(item), str(item.get("put_off", ""))
    return known
