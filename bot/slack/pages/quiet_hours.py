"""The summary message at the end of quiet hours, instead of a notification per card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.case import Case
from bot.slack.cards.card import Message
from bot.slack.cards.view import SEVERITY_EMOJI, account_text, distinct, mention_of
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.text.blocks import Block, button, context, counted, escape, join_parts, link, mrkdwn

_MOST: Final = 15
_MENTIONS: Final = 3


@dataclass(frozen=True)
class QuietSummaryLine:
    """A case that waited, with the link to its card; '' if it has none (yet)."""

    case: Case
    permalink: str = ""


def summary(lines: Sequence[QuietSummaryLine]) -> Message:
    """Render the summary, worst first; everybody whom the cards mention is mentioned once."""
    ordered = sorted(lines, key=lambda one: (one.case.severity.rank, one.case.created, one.case.id))
    with_card = [one for one in ordered if one.permalink]
    over = sum(bool(one.case.closed_at) for one in ordered)
    later, unlisted = len(ordered) - len(with_card) - over, max(0, len(with_card) - _MOST)
    mentions = distinct(mention_of(one.case.mention) for one in with_card if one.case.mention)[:_MENTIONS]
    head = f"☕ *Quiet hours are over.* {counted(len(with_card), 'card')} came up meanwhile{_mentions_suffix(mentions)}"
    rest = [
        (over, f"{over} more came up and {'is' if over == 1 else 'are'} over already"),
        (later, f"{later} more wait: the channel has had its number of cards for today"),
        (unlisted, f"{unlisted} more stand in the channel"),
    ]
    foot = join_parts(words for number, words in rest if number)
    blocks = [*map(_line, with_card[:_MOST]), *([context(foot)] if foot else [])]
    return Message(head, blocks=tuple(blocks))


def _mentions_suffix(mentions: Sequence[str]) -> str:
    return f"  {' '.join(mentions)}" if mentions else ""


def _line(one: QuietSummaryLine) -> Block:
    case = one.case
    number = f" × {case.total}" if case.total > 1 else ""
    where = account_text(case.account, case.account_name)
    title = f"{SEVERITY_EMOJI[case.severity]} {escape(case.title, 150)}{number} · {where}"
    card = link(one.permalink, "card")
    accessory = button("Review…", ActionId.REVIEW_CASE, ButtonValue(case.id).text)
    return {"type": "section", "text": mrkdwn(f"{title}{f' · {card}' if card else ''}"), "accessory": accessory}
