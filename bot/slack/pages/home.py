"""The Home tab: posture, pending decisions, recent changes and help. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.case import Case
from bot.domain.exemption import Exemption, ExemptionRequest
from bot.domain.score import Score
from bot.slack.cards.view import account_text, mention_of
from bot.slack.ids import ActionId
from bot.slack.pages.changes import RunSummary, change_block
from bot.slack.pages.digest import case_block
from bot.slack.pages.posture import changes_line, control_list, headline
from bot.slack.text.blocks import (
    Block,
    button,
    context,
    divider,
    escape,
    header,
    join_parts,
    link,
    local_date,
    local_time,
    mrkdwn,
    paragraphs,
    section,
)
from bot.slack.text.exemptions import exemption_line

View = dict[str, object]

MAX_PENDING: Final = 10
MAX_CHANGES: Final = 5
MAX_ENDINGS: Final = 5


@dataclass(frozen=True)
class PendingCase:
    """A case that this person may decide, and how many of its targets wait for a decision."""

    case: Case
    number: int


@dataclass(frozen=True)
class PendingRequest:
    """A case's exemption request that this person may allow or refuse on its card (a link, or '')."""

    case: Case
    exemption_request: ExemptionRequest
    card: str = ""


@dataclass(frozen=True)
class HomeView:
    """Everything that a full member's Home shows.

    `more` is the number of cards waiting in this person's channels beside `pending`; with `at_least`, a lower bound.
    `nothing` explains why no decision is offered, if the reason is other than that none is pending.
    """

    now: datetime
    score: Score
    changes: Mapping[int, float | None] = field(default_factory=dict)
    pending: Sequence[PendingCase] = ()
    requests: Sequence[PendingRequest] = ()
    more: int = 0
    at_least: bool = False
    nothing: str = ""
    made: Sequence[RunSummary] = ()
    days: int = 7
    endings: Sequence[Exemption] = ()
    note: str = ""


def home(help_text: str, view: HomeView | None = None, note: str = "") -> View:
    """Render the tab; without a view (guests, external people, people whom Slack cannot identify now) only help."""
    blocks = [*_posture(view), *_pending(view), *_recent_changes(view), *_endings(view), divider()] if view else []
    notes = [section(escape(note, 400))] if note else []
    return {"type": "home", "blocks": [*blocks, *notes, *paragraphs(help_text.split("\n"))]}


def _posture(view: HomeView) -> list[Block]:
    score = view.score
    lines = [headline(score)]
    if score.capped_by:
        lines.append(f"🔴 No better than {score.grade} while CRITICAL is open: {control_list(score.capped_by)}.")
    if score.score is not None:
        lines.append(changes_line(view.changes))
    refresh = button("Refresh", ActionId.REFRESH_HOME, "home")
    shown: Block = {"type": "section", "text": mrkdwn("\n".join(lines)), "accessory": refresh}
    notes = [context(escape(view.note, 400))] if view.note else []
    return [header("Security posture, all accounts"), shown, context(f"As of {local_time(view.now)}"), *notes]


def _pending(view: HomeView) -> list[Block]:
    head = header("Waiting for your decision")
    if not view.pending and not view.requests:
        return [head, section(escape(view.nothing or "Nothing waits for you.", 400))]
    asked = [case_block(one.case, one.number, view.now) for one in view.pending[:MAX_PENDING]]
    requested = paragraphs([_request_line(one) for one in view.requests[:MAX_PENDING]])
    return [head, *asked, *requested, *([context(_more(view))] if view.more else [])]


def _request_line(one: PendingRequest) -> str:
    about = join_parts([escape(one.case.title, 150), account_text(one.case.account, one.case.account_name)])
    by, until = mention_of(one.exemption_request.by), local_date(one.exemption_request.until)
    asks = f"⚪ {by} asks to exempt until {until}: {about}"
    return f"{asks} · allow or refuse it on {link(one.card, 'the card') or 'its card'}"


def _more(view: HomeView) -> str:
    number = f"At least {view.more:,}" if view.at_least else f"{view.more:,}"
    return f"{number} more {'card waits' if view.more == 1 else 'cards wait'} in your channels."


def _recent_changes(view: HomeView) -> list[Block]:
    head = header(f"Changed by the bot in the last {view.days} days")
    if not view.made:
        return [head, section("Nothing.")]
    return [head, *map(change_block, view.made[:MAX_CHANGES])]


def _endings(view: HomeView) -> list[Block]:
    if not view.endings:
        return []
    lines = [exemption_line(one, view.now) for one in view.endings[:MAX_ENDINGS]]
    left = len(view.endings) - MAX_ENDINGS
    more = [f"and {left} more: `/cspm exemptions`"] if left > 0 else []
    return [header("Exemptions that run out"), *paragraphs([*lines, *more])]
