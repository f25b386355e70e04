"""All that is known of one finding or target, for one person. Pure: what is stored in, a modal out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.case import Case
from bot.domain.finding import Finding, SourceKind, SourceState
from bot.domain.history import HistoryLine
from bot.domain.target import CaseTarget
from bot.slack.cards.view import SEVERITY_EMOJI, account_words, resource_words
from bot.slack.ids import AboutValue, ActionId, CallbackId
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
    paragraphs,
    section,
    visible,
    when,
)
from bot.slack.text.case_history import history_line

MAX_FINDINGS: Final = 10
MAX_LINES: Final = 20
MAX_SHOWN: Final = 24_000
"""Characters of JSON in a modal; more is for a file."""

_PART: Final = 2_800
_FORMATS: Final = {
    SourceKind.ASFF: "Security Hub",
    SourceKind.OCSF: "Security Hub, as OCSF",
    SourceKind.CONFIG: "AWS Config",
}


@dataclass(frozen=True)
class AboutView:
    """What was asked about, its findings, its target and case if it has them, and what happened to it, newest first.

    `more` says that there is more of the history than was looked at.
    """

    value: AboutValue
    findings: Sequence[Finding]
    case: Case | None = None
    target: CaseTarget | None = None
    lines: Sequence[HistoryLine] = ()
    more: bool = False


def wait(text: str = "⏳ Reading…") -> View:
    """Opens at once, while it is gathered."""
    return form(CallbackId.ABOUT, "About", None, [section(text)])


def modal(view: AboutView) -> View:
    """Plan and evidence, what each source says, and what happened."""
    about = [*(target_blocks(view.target) if view.target else []), section(_place(view))]
    said = [block for one in view.findings[:MAX_FINDINGS] for block in _finding(view, one)]
    rest = len(view.findings) - MAX_FINDINGS
    blocks = [
        *about,
        divider(),
        section("*What the sources say*" if view.findings else "*No finding of it is stored any more*"),
        *said,
        *([context(f"and {rest} more findings")] if rest > 0 else []),
        *_history(view),
    ]
    return form(CallbackId.ABOUT, "About", None, blocks)


def _place(view: AboutView) -> str:
    """Which resource it is: its name where no target says it, its account and Region, its type and whole id."""
    resource = view.target.resource if view.target else view.findings[0].resource if view.findings else None
    if resource is None:
        return "This is not stored here any more."
    names = [one.account_name for one in view.findings if one.account_name]
    account = account_words(resource.account, view.case.account_name if view.case else names[0] if names else "")
    place = " · ".join([account, escape(resource.region, 40), escape(resource.type, 60)])
    return "\n".join([*_name(view), place, code(resource.id, 300)])


def _name(view: AboutView) -> list[str]:
    if view.target or not view.findings:
        return []
    one = view.findings[0]
    return [resource_words(one.resource, one.tags, one.resource_name)]


def _finding(view: AboutView, finding: Finding) -> list[Block]:
    """What is known of one finding, with the way to its own document."""
    home = finding.resource
    value = replace(view.value, account=home.account, region=home.region, fid=finding.fid)
    first, *rest = paragraphs(_said(finding))
    return [first | {"accessory": button("Raw finding…", ActionId.AS_SENT, value.text)}, *rest]


def _said(finding: Finding) -> list[str]:
    shown = escape(finding.control, 80) or "no control"
    control = link(finding.docs_url, shown) or shown
    head = f"{SEVERITY_EMOJI[finding.severity]} *{control}*  {escape(finding.title, 150)} · *{finding.status}*"
    newest = sorted(finding.sources.values(), key=lambda one: one.updated, reverse=True)
    no_card = "" if finding.case_id else f"↳ {why_no_card(finding)}"
    described = escape(finding.description, 300)
    return [line for line in (head, described, *(f"• {_source(one)}" for one in newest), no_card) if line]


def _source(source: SourceState) -> str:
    """`Security Hub (aws/config): FAILED · NEW · MEDIUM · 21 Sep 09:00`."""
    product = source.product.rpartition(":product/")[2] if source.kind is SourceKind.ASFF else ""
    name = source.finding_id if source.kind is SourceKind.CONFIG else product
    origin = f"{_FORMATS[source.kind]}{f' ({escape(name, 80)})' if name else ''}"
    state = "" if source.record_state == "ACTIVE" else source.record_state
    by = f"noted by {escape(source.author, 60)}" if source.author else ""
    words = [escape(one, 40) for one in (source.verdict, source.workflow, state, source.severity)]
    return f"{origin}: {' · '.join(part for part in (*words, when(source.updated), by) if part)}"


def _history(view: AboutView) -> list[Block]:
    if not view.lines:
        return []
    told = [f"• {history_line(line, {})}" for line in view.lines[:MAX_LINES]]
    more = view.more or len(view.lines) > MAX_LINES
    case = f"; `/cspm case {view.case.id}` has more" if view.case else ""
    return [
        divider(),
        *paragraphs(["*History*", *told]),
        *([context(f"There is more before that{case}.")] if more else []),
    ]


@dataclass(frozen=True)
class SentView:
    """Documents as their source sent them, or why there are none; `in_file`: the whole was sent as a file."""

    value: AboutValue
    text: str
    about: str
    in_file: bool = False


def sent(view: SentView) -> View:
    """The documents, word for word, as far as a modal holds them."""
    back = actions(button("← Back", ActionId.ABOUT_AGAIN, view.value.text))
    shown, rest = view.text[:MAX_SHOWN], len(view.text) - MAX_SHOWN
    cut = f"{rest:,} characters more" if rest > 0 else ""
    where = "the whole is in your direct conversation with me" if view.in_file else "the rest does not fit here"
    told = [context(f"Cut here: {cut}; {where}.")] if cut else []
    return form(CallbackId.ABOUT, "Raw finding", None, [section(view.about), *code_blocks(shown), *told, *back])


def code_blocks(text: str) -> list[Block]:
    """Foreign text with its lines as they are, where Slack formats nothing."""
    parts: list[list[str]] = [[]]
    for line in text.split("\n"):
        for piece in _pieces("".join(visible(line))):
            if sum(len(one) + 1 for one in parts[-1]) + len(piece) > _PART:
                parts.append([])
            parts[-1].append(piece)
    shown = ("\n".join(part) for part in parts if any(part))
    return [section(f"```{text}```") for text in shown]


def _pieces(line: str) -> list[str]:
    """A line in pieces that fit; an escaped sign is not torn apart more than its line has to be."""
    return [line[start : start + _PART] for start in range(0, len(line), _PART)] or [""]
