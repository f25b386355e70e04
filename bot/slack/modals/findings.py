"""Findings list in a modal, worst first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.case import Case
from bot.domain.finding import Finding, Status
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.view import SEVERITY_EMOJI, account_text, resource_text
from bot.slack.ids import ActionId, ButtonValue, CallbackId, DetailsValue, ListPage
from bot.slack.modals.base import View, form
from bot.slack.text.blocks import (
    Block,
    actions,
    button,
    context,
    divider,
    escape,
    join_parts,
    link,
    local_date,
    mrkdwn,
    section,
)

_WHY_NO_CARD: Final = {
    "stage observe": "no card: this account is at stage `observe`",
    "older than the deployment": "no card: it failed before the policy's `cards.from`",
}
_STATES: Final = {
    State.NEW: "being looked at",
    State.PROPOSED: "waits for a decision",
    State.GUIDANCE: "waits for somebody to do the steps",
}


@dataclass(frozen=True)
class FindingRow:
    """A finding of the list, its account's name, and its case and target, if any.

    `card` links to the case's live card; `put_off` is the day until which its first card waits; else ''.
    """

    finding: Finding
    account_name: str = ""
    case: Case | None = None
    target: CaseTarget | None = None
    card: str = ""
    put_off: str = ""


@dataclass(frozen=True)
class FindingsView:
    """A page of the list. `total` is None if unknown; `read` of `stored` findings were read for this page.

    `unreadable` of those read could not be parsed.
    """

    about: str
    rows: Sequence[FindingRow]
    page: ListPage
    total: int | None
    read: int
    stored: int
    open_only: bool = True
    unreadable: int = 0


def placeholder(page: ListPage) -> View:
    """Placeholder while a page is loaded."""
    return form(CallbackId.FINDINGS, "Findings", page, [section("⏳ Looking…")])


def modal(view: FindingsView) -> View:
    rows = [row_block(row, open_only=view.open_only) for row in view.rows]
    blocks = [section(_heading(view)), divider(), *rows, context(_coverage(view)), *_page_buttons(view)]
    return form(CallbackId.FINDINGS, "Findings", view.page, blocks)


def _heading(view: FindingsView) -> str:
    kind = "open findings" if view.open_only else "findings"
    if view.total == 0:
        return f"*No {kind}* · {escape(view.about, 400)}"
    number = "1 open finding" if view.total == 1 else f"{view.total:,} {kind}" if view.total else kind.capitalize()
    place = f" · page {view.page.number + 1}" if view.page.previous or view.page.next else ""
    return f"*{number}* · {escape(view.about, 400)}{place}"


def _coverage(view: FindingsView) -> str:
    """Say how much was read for this page, so that a part is not taken for the whole."""
    read = f"Looked at {view.read:,} of about {max(view.stored, view.read):,} stored findings for this page"
    if view.unreadable:
        read += f"; {view.unreadable:,} could not be read, and {'is' if view.unreadable == 1 else 'are'} not shown"
    if not view.page.next:
        return f"{'That is all' if view.rows or view.page.previous else 'Nothing fits'}. {read}."
    if not view.rows:
        return f"{read}: none fits yet. *Next page* looks further."
    return f"{read}."


def _page_buttons(view: FindingsView) -> list[Block]:
    page = view.page
    back = button("← Page before", ActionId.PREVIOUS_FINDINGS, "back") if page.previous else None
    return actions(back, button("Next page →", ActionId.NEXT_FINDINGS, "on") if page.next else None)


def row_block(row: FindingRow, *, open_only: bool) -> Block:
    """Render one finding: control and resource, since when, and its outcome."""
    text = "\n".join([_control_line(row.finding), _resource_line(row, open_only=open_only), f"↳ {_outcome(row)}"])
    return {"type": "section", "text": mrkdwn(text), "accessory": _button(row)}


def _control_line(finding: Finding) -> str:
    shown = escape(finding.control, 80) or "no control"
    control = link(finding.docs_url, shown) or shown
    return f"{SEVERITY_EMOJI[finding.severity]} *{control}*  {escape(finding.title, 150)}"


def _resource_line(row: FindingRow, *, open_only: bool) -> str:
    finding = row.finding
    first = "since" if finding.status is Status.OPEN else "first seen"
    since = f"{first} {local_date(finding.first_seen)}" if finding.first_seen else ""
    parts = [
        resource_text(finding.resource, finding.tags, finding.resource_name),
        account_text(finding.resource.account, row.account_name or finding.account_name),
        escape(finding.resource.region, 40),
        since,
        "" if open_only else f"*{finding.status}*",
    ]
    return join_parts(parts)


def _outcome(row: FindingRow) -> str:
    if row.case is None or row.target is None:
        return "what became of it could not be read" if row.finding.case_id else why_no_card(row.finding)
    state = _STATES.get(row.target.state, row.target.state.replace("_", " "))
    if row.case.ts:
        return f"{state} · {link(row.card, 'its card') or 'has a card'}"
    return f"{state} · {_no_card_yet(row)}"


def _no_card_yet(row: FindingRow) -> str:
    if row.put_off:
        return f"its card waits for {escape(row.put_off, 20)}: the channel has had its number of cards for today"
    return "its card is not posted now"


def why_no_card(finding: Finding) -> str:
    """Explain why a finding has no card."""
    reason = finding.no_card
    if reason.startswith("below "):
        return f"no card: {escape(reason, 40)}, the least severity that gets one"
    if reason.startswith("exempted:"):
        return f"no card: exempted (`/cspm exemptions {escape(finding.resource.account, 20)}`)"
    if reason in set(Status):
        return "no card: it is not open" if finding.status is not Status.OPEN else "no card yet: it opened just now"
    return _WHY_NO_CARD.get(reason, f"no card: {escape(reason, 100)}" if reason else "no card yet")


def _button(row: FindingRow) -> Block:
    """Offer Review where a decision is pending, else the details."""
    finding = row.finding
    if row.case and row.case.ts and row.target and row.target.state is State.PROPOSED:
        return button("Review…", ActionId.REVIEW_CASE, ButtonValue(row.case.id).text)
    home = finding.resource
    value = DetailsValue(home.account, home.region, finding.fid, finding.case_id, finding.target_id)
    return button("About…", ActionId.FINDING_DETAILS, value.text)
