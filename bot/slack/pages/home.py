"""The Home tab: the posture at a glance, what waits for this person, what was changed, and help. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.case import Case
from bot.domain.exemption import Exemption, ExemptionRequest
from bot.domain.score import Score
from bot.slack.cards.view import account_words, who
from bot.slack.ids import ActionId
from bot.slack.pages.changes import Made, change_block
from bot.slack.pages.digest import case_block
from bot.slack.pages.posture import changes_line, headline, listed
from bot.slack.text.blocks import (
    Block,
    button,
    context,
    day,
    divider,
    dotted,
    escape,
    header,
    link,
    mrkdwn,
    paragraphs,
    section,
    when,
)
from bot.slack.text.exemptions import exemption_line

View = dict[str, object]

MAX_PENDING: Final = 10
MAX_MADE: Final = 5
MAX_ENDINGS: Final = 5


@dataclass(frozen=True)
class Pending:
    """A case that this person may decide, and how many of its targets wait for them."""

    case: Case
    number: int


@dataclass(frozen=True)
class Requested:
    """An exemption of a case, which waits for this person's yes or no on its card (a link, or '')."""

    case: Case
    exemption_request: ExemptionRequest
    card: str = ""


@dataclass(frozen=True)
class HomeView:
    """All that a full member's Home is drawn from.

    `more` cards wait in this person's channels beside `pending`; when there are too many to count, `at_least` so many.
    `nothing` says why nothing is asked of this person where that is more than that nothing waits.
    """

    now: datetime
    score: Score
    changes: Mapping[int, float | None] = field(default_factory=dict)
    pending: Sequence[Pending] = ()
    requested: Sequence[Requested] = ()
    more: int = 0
    at_least: bool = False
    nothing: str = ""
    made: Sequence[Made] = ()
    days: int = 7
    endings: Sequence[Exemption] = ()
    note: str = ""


def home(help_text: str, view: HomeView | None = None, note: str = "") -> View:
    """The tab; without a view (guests, strangers, people whom Slack does not name now) it is help alone."""
    told = [*_posture(view), *_pending(view), *_made(view), *_endings(view), divider()] if view else []
    said = [section(escape(note, 400))] if note else []
    return {"type": "home", "blocks": [*told, *said, *paragraphs(help_text.split("\n"))]}


def _posture(view: HomeView) -> list[Block]:
    score = view.score
    lines = [headline(score)]
    if score.capped_by:
        lines.append(f"🔴 No better than {score.grade} while CRITICAL is open: {listed(score.capped_by)}.")
    if score.score is not None:
        lines.append(changes_line(view.changes))
    refresh = button("Refresh", ActionId.REFRESH_HOME, "home")
    shown: Block = {"type": "section", "text": mrkdwn("\n".join(lines)), "accessory": refresh}
    notes = [context(escape(view.note, 400))] if view.note else []
    return [header("Security posture, all accounts"), shown, context(f"As of {when(view.now)}"), *notes]


def _pending(view: HomeView) -> list[Block]:
    head = header("Waiting for your decision")
    if not view.pending and not view.requested:
        return [head, section(escape(view.nothing or "Nothing waits for you.", 400))]
    asked = [case_block(one.case, one.number, view.now) for one in view.pending[:MAX_PENDING]]
    requested = paragraphs([_requested(one) for one in view.requested[:MAX_PENDING]])
    return [head, *asked, *requested, *([context(_more(view))] if view.more else [])]


def _requested(one: Requested) -> str:
    about = dotted([escape(one.case.title, 150), account_words(one.case.account, one.case.account_name)])
    asks = f"⚪ {who(one.exemption_request.by)} asks to exempt until {day(one.exemption_request.until)}: {about}"
    return f"{asks} · allow or refuse it on {link(one.card, 'the card') or 'its card'}"


def _more(view: HomeView) -> str:
    number = f"At least {view.more:,}" if view.at_least else f"{view.more:,}"
    return f"{number} more {'card waits' if view.more == 1 else 'cards wait'} in your channels."


def _made(view: HomeView) -> list[Block]:
    head = header(f"Changed by the bot in the last {view.days} days")
    if not view.made:
        return [head, section("Nothing.")]
    return [head, *map(change_block, view.made[:MAX_MADE])]


def _endings(view: HomeView) -> list[Block]:
    if not view.endings:
        return []
    lines = [exemption_line(one, view.now) for one in view.endings[:MAX_ENDINGS]]
    left = len(view.endings) - MAX_ENDINGS
    more = [f"and {left} more: `/cspm exemptions`"] if left > 0 else []
    return [header("Exemptions that run out"), *paragraphs([*lines, *more])]
