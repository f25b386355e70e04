"""What is said of questions that wait, all of a channel at once: there, and to whom they are escalated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.case import Case
from bot.domain.policy import Approvers
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.card import AMBER, Message
from bot.slack.cards.view import SEVERITY_EMOJI, account_words, called, current_approvers, deciders, distinct, who
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.text.blocks import Block, button, context, counted, dotted, escape, link, mrkdwn, when

_MOST: Final = 15
_NAMED: Final = 5
_MENTIONS: Final = 3

Links = Mapping[str, str]
"""The cards' permalinks, by case."""


@dataclass(frozen=True)
class Asked:
    """A question that waits: of which case and targets, for whom, and since when ('' when nothing waits any more)."""

    case: Case
    targets: Sequence[CaseTarget]
    approvers: Approvers
    now: datetime
    since: str

    @property
    def waiting(self) -> list[CaseTarget]:
        """The targets that wait for a decision."""
        return [target for target in self.targets if target.state is State.PROPOSED]


def reminder(asked: Sequence[Asked], links: Links) -> Message:
    """In the cards' channel: what waits, since when, who has said yes, and a call to those who may decide."""
    calls = distinct(who(one.case.mention) for one in asked if one.case.mention)[:_MENTIONS]
    called = "".join(f"  {call}" for call in calls)
    return Message(f"⏰ *{_number(asked)}.* {_may(asked)}{called}", AMBER, _lines(asked, links))


def escalation(asked: Sequence[Asked], links: Links, mention: str) -> Message:
    """In another channel: what nobody has decided, where it can be, and by whom, without calling those again."""
    called = f"  {who(mention)}" if mention else ""
    number = counted(len(asked), "card")
    return Message(f"⬆️ *Nobody has decided on {number}.*{called}", AMBER, (*_lines(asked, links), context(_may(asked))))


def escalated(asked: Sequence[Asked], links: Links, channel: str, refused: str = "") -> Message:
    """In the cards' channel: who has been told, or why they could not be."""
    named = ", ".join(_title(one, links) for one in _worst_first(asked)[:_NAMED])
    which = f"{named} and {len(asked) - _NAMED} more" if len(asked) > _NAMED else named
    if refused:
        return Message(f"⚠️ Nobody has decided on {which}, and <#{channel}> could not be told: {escape(refused, 200)}.")
    return Message(f"⬆️ Nobody has decided on {which}, so <#{channel}> has been told. Who may decide has not changed.")


def _number(asked: Sequence[Asked]) -> str:
    decisions = sum(len(one.waiting) for one in asked)
    wait = counted(decisions, "decision waits", "decisions wait")
    return wait if len(asked) == 1 else f"{wait} on {counted(len(asked), 'card')}"


def _may(asked: Sequence[Asked]) -> str:
    """Who is needed; where the cards differ in that, whom they name together, and each line has its own."""
    if not _differ(asked):
        return f"{deciders(asked[0].approvers)} may decide."
    named = distinct(who(one) for each in asked for one in (*each.approvers.groups, *each.approvers.users))
    return f"{', '.join(named[:_NAMED])}: each line says who may decide."


def _differ(asked: Sequence[Asked]) -> bool:
    return len({deciders(one.approvers) for one in asked}) > 1


def _lines(asked: Sequence[Asked], links: Links) -> tuple[Block, ...]:
    """Each with the way to its card and to its Review."""
    ordered = _worst_first(asked)
    several = _differ(asked)
    more = [context(f"and {len(ordered) - _MOST} more in the channel")] if len(ordered) > _MOST else []
    return (*(_line(one, links, several=several) for one in ordered[:_MOST]), *more)


def _worst_first(asked: Sequence[Asked]) -> list[Asked]:
    """Worst first, then longest."""
    return sorted(asked, key=lambda one: (one.case.severity.rank, one.since, one.case.id))


def _line(asked: Asked, links: Links, *, several: bool) -> Block:
    case = asked.case
    facts = [
        f"{SEVERITY_EMOJI[case.severity]} {_title(asked, links)}{_times(asked.waiting)}",
        called(asked.waiting[0]) if len(asked.waiting) == 1 else "",
        account_words(case.account, case.account_name),
        f"since {when(asked.since)}",
        deciders(asked.approvers) if several else "",
        _half(asked),
    ]
    review = button("Review…", ActionId.REVIEW_CASE, ButtonValue(case.id).text)
    return {"type": "section", "text": mrkdwn(dotted(facts)), "accessory": review}


def _times(targets: Sequence[CaseTarget]) -> str:
    return f" × {len(targets)}" if len(targets) > 1 else ""


def _title(asked: Asked, links: Links) -> str:
    title = escape(asked.case.title, 150)
    return link(links.get(asked.case.id, ""), title) or title


def _half(asked: Asked) -> str:
    said = distinct(who(user) for target in asked.waiting for user in current_approvers(target))
    return f"{', '.join(said)} {'has' if len(said) == 1 else 'have'} approved already" if said else ""
