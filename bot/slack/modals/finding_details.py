"""Details of one finding or target, and its raw document. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.case import Case
from bot.domain.finding import Finding, SourceKind, SourceState
from bot.domain.history import HistoryLine
from bot.domain.target import CaseTarget
from bot.slack.cards.view import SEVERITY_EMOJI, account_text, resource_text
from bot.slack.ids import ActionId, CallbackId, DetailsValue
from bot.slack.modals.base import View, form
from bot.slack.modals.findings import why_no_card
from bot.slack.modals.review import target_blocks
from bot.slack.text.blocks import (
    Block,
    actions,
    button,
    code,
    context,
    divider,
    escape,
    link,
    local_time,
    paragraphs,
    section,
    visible,
)
from bot.slack.text.case_history import history_line

MAX_FINDINGS: Final = 10
MAX_LINES: Final = 20
MAX_SHOWN: Final = 24_000
"""JSON characters shown in a modal; a longer document is sent as a file."""

_MAX_BLOCK: Final = 2_800
_FORMATS: Final = {
    SourceKind.ASFF: "Security Hub",
    SourceKind.OCSF: "Security Hub, as OCSF",
    SourceKind.CONFIG: "AWS Config",
}


@dataclass(frozen=True)
class DetailsView:
    """A finding or target with its findings, case and history, newest first.

    `more` is true if the history is longer than was read.
    """

    value: DetailsValue
    findings: Sequence[Finding]
    case: Case | None = None
    target: CaseTarget | None = None
    lines: Sequence[HistoryLine] = ()
    more: bool = False


def placeholder(text: str = "⏳ Reading…") -> View:
    """Placeholder while the details are loaded."""
    return form(CallbackId.FINDING_DETAILS, "About", None, [section(text)])


def modal(view: DetailsView) -> View:
    """Show plan and evidence, each source's report, and the history."""
    about = [*(target_blocks(view.target) if view.target else []), section(_resource_lines(view))]
    reports = [block for one in view.findings[:MAX_FINDINGS] for block in _finding_blocks(view, one)]
    rest = len(view.findings) - MAX_FINDINGS
    blocks = [
        *about,
        divider(),
        section("*What the sources say*" if view.findings else "*No finding of it is stored any more*"),
        *reports,
        *([context(f"and {rest} more findings")] if rest > 0 else []),
        *_history(view),
    ]
    return form(CallbackId.FINDING_DETAILS, "About", None, blocks)


def _resource_lines(view: DetailsView) -> str:
    """Return the resource's name (unless a target shows it), account and Region, type and full id."""
    resource = view.target.resource if view.target else view.findings[0].resource if view.findings else None
    if resource is None:
        return "This is not stored here any more."
    names = [one.account_name for one in view.findings if one.account_name]
    account = account_text(resource.account, view.case.account_name if view.case else names[0] if names else "")
    place = " · ".join([account, escape(resource.region, 40), escape(resource.type, 60)])
    return "\n".join([*_name(view), place, code(resource.id, 300)])


def _name(view: DetailsView) -> list[str]:
    if view.target or not view.findings:
        return []
    one = view.findings[0]
    return [resource_text(one.resource, one.tags, one.resource_name)]


def _finding_blocks(view: DetailsView, finding: Finding) -> list[Block]:
    """Show one finding, with a button to its raw document."""
    home = finding.resource
    value = replace(view.value, account=home.account, region=home.region, fid=finding.fid)
    first, *rest = paragraphs(_finding_lines(finding))
    return [first | {"accessory": button("Raw finding…", ActionId.RAW_FINDING, value.text)}, *rest]


def _finding_lines(finding: Finding) -> list[str]:
    shown = escape(finding.control, 80) or "no control"
    control = link(finding.docs_url, shown) or shown
    head = f"{SEVERITY_EMOJI[finding.severity]} *{control}*  {escape(finding.title, 150)} · *{finding.status}*"
    newest = sorted(finding.sources.values(), key=lambda one: one.updated, reverse=True)
    no_card = "" if finding.case_id else f"↳ {why_no_card(finding)}"
    described = escape(finding.description, 300)
    return [line for line in (head, described, *(f"• {_source_line(one)}" for one in newest), no_card) if line]


def _source_line(source: SourceState) -> str:
    """Format as `Security Hub (aws/config): FAILED · NEW · MEDIUM · 21 Sep 09:00`."""
    product = source.product.rpartition(":product/")[2] if source.kind is SourceKind.ASFF else ""
    name = source.finding_id if source.kind is SourceKind.CONFIG else product
    origin = f"{_FORMATS[source.kind]}{f' ({escape(name, 80)})' if name else ''}"
    state = "" if source.record_state == "ACTIVE" else source.record_state
    by = f"noted by {escape(source.author, 60)}" if source.author else ""
    words = [escape(one, 40) for one in (source.verdict, source.workflow, state, source.severity)]
    return f"{origin}: {' · '.join(part for part in (*words, local_time(source.updated), by) if part)}"


def _history(view: DetailsView) -> list[Block]:
    if not view.lines:
        return []
    notes = [f"• {history_line(line, {})}" for line in view.lines[:MAX_LINES]]
    more = view.more or len(view.lines) > MAX_LINES
    case = f"; `/cspm case {view.case.id}` has more" if view.case else ""
    return [
        divider(),
        *paragraphs(["*History*", *notes]),
        *([context(f"There is more before that{case}.")] if more else []),
    ]


@dataclass(frozen=True)
class RawFindingView:
    """Raw documents of a finding, or the reason why there are none. `in_file`: they were also sent as a file."""

    value: DetailsValue
    text: str
    about: str
    in_file: bool = False


def raw_finding(view: RawFindingView) -> View:
    """Show the raw documents, as far as a modal holds them."""
    back = actions(button("← Back", ActionId.BACK_TO_DETAILS, view.value.text))
    shown, rest = view.text[:MAX_SHOWN], len(view.text) - MAX_SHOWN
    cut = f"{rest:,} characters more" if rest > 0 else ""
    where = "the whole is in your direct conversation with me" if view.in_file else "the rest does not fit here"
    notes = [context(f"Cut here: {cut}; {where}.")] if cut else []
    return form(
        CallbackId.FINDING_DETAILS, "Raw finding", None, [section(view.about), *code_blocks(shown), *notes, *back]
    )


def code_blocks(text: str) -> list[Block]:
    """Render external text as code blocks, which Slack does not format, with its line breaks."""
    parts: list[list[str]] = [[]]
    for line in text.split("\n"):
        for piece in _pieces("".join(visible(line))):
            if sum(len(one) + 1 for one in parts[-1]) + len(piece) > _MAX_BLOCK:
                parts.append([])
            parts[-1].append(piece)
    shown = ("\n".join(part) for part in parts if any(part))
    return [section(f"```{text}```") for text in shown]


def _pieces(line: str) -> list[str]:
    return [line[start : start + _MAX_BLOCK] for start in range(0, len(line), _MAX_BLOCK)] or [""]
