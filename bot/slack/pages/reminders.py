"""Reminders and escalations of pending questions, one message for all of a channel."""

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
from bot.slack.cards.view import (
    SEVERITY_EMOJI,
    account_text,
    current_approvers,
    deciders,
    distinct,
    mention_of,
    target_name,
)
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.text.blocks import Block, button, context, counted, escape, join_parts, link, local_time, mrkdwn

_MOST: Final = 15
_NAMED: Final = 5
_MENTIONS: Final = 3

Links = Mapping[str, str]
"""Permalinks of cards, by case id."""


@dataclass(frozen=True)
class PendingQuestion:
    """A pending question: its case and targets, who may decide, and since when ('' once nothing is pending)."""

    case: Case
    targets: Sequence[CaseTarget]
    approvers: Approvers
    now: datetime
    since: str

    @property
    def waiting(self) -> list[CaseTarget]:
        """The targets that wait for a decision."""
        return [target for target in self.targets if target.state is State.PROPOSED]


def reminder(questions: Sequence[PendingQuestion], links: Links) -> Message:
    """Message for the cards' channel: what is pending since when, who has approved, and who is asked to decide."""
    mentions = distinct(mention_of(one.case.mention) for one in questions if one.case.mention)[:_MENTIONS]
    suffix = "".join(f"  {mention}" for mention in mentions)
    return Message(
        f"⏰ *{_waiting_count(questions)}.* {_deciders_line(questions)}{suffix}", AMBER, _lines(questions, links)
    )


def escalation(questions: Sequence[PendingQuestion], links: Links, mention: str) -> Message:
    """Message for the escalation channel: what is undecided, and by whom, without mentioning those people again."""
    suffix = f"  {mention_of(mention)}" if mention else ""
    number = counted(len(questions), "card")
    return Message(
        f"⬆️ *Nobody has decided on {number}.*{suffix}",
        AMBER,
        (*_lines(questions, links), context(_deciders_line(questions))),
    )


def escalation_notice(questions: Sequence[PendingQuestion], links: Links, channel: str, refused: str = "") -> Message:
    """Message for the cards' channel: who was notified, or why they could not be."""
    named = ", ".join(_title(one, links) for one in _worst_first(questions)[:_NAMED])
    which = f"{named} and {len(questions) - _NAMED} more" if len(questions) > _NAMED else named
    if refused:
        return Message(f"⚠️ Nobody has decided on {which}, and <#{channel}> could not be told: {escape(refused, 200)}.")
    return Message(f"⬆️ Nobody has decided on {which}, so <#{channel}> has been told. Who may decide has not changed.")


def _waiting_count(questions: Sequence[PendingQuestion]) -> str:
    decisions = sum(len(one.waiting) for one in questions)
    wait = counted(decisions, "decision waits", "decisions wait")
    return wait if len(questions) == 1 else f"{wait} on {counted(len(questions), 'card')}"


def _deciders_line(questions: Sequence[PendingQuestion]) -> str:
    """Say who may decide; where cards differ, name everybody and refer to the lines."""
    if not _deciders_differ(questions):
        return f"{deciders(questions[0].approvers)} may decide."
    named = distinct(mention_of(one) for each in questions for one in (*each.approvers.groups, *each.approvers.users))
    return f"{', '.join(named[:_NAMED])}: each line says who may decide."


def _deciders_differ(questions: Sequence[PendingQuestion]) -> bool:
    return len({deciders(one.approvers) for one in questions}) > 1


def _lines(questions: Sequence[PendingQuestion], links: Links) -> tuple[Block, ...]:
    """Render each question with links to its card and Review."""
    ordered = _worst_first(questions)
    several = _deciders_differ(questions)
    more = [context(f"and {len(ordered) - _MOST} more in the channel")] if len(ordered) > _MOST else []
    return (*(_line(one, links, several=several) for one in ordered[:_MOST]), *more)


def _worst_first(questions: Sequence[PendingQuestion]) -> list[PendingQuestion]:
    return sorted(questions, key=lambda one: (one.case.severity.rank, one.since, one.case.id))


def _line(question: PendingQuestion, links: Links, *, several: bool) -> Block:
    case = question.case
    facts = [
        f"{SEVERITY_EMOJI[case.severity]} {_title(question, links)}{_times(question.waiting)}",
        target_name(question.waiting[0]) if len(question.waiting) == 1 else "",
        account_text(case.account, case.account_name),
        f"since {local_time(question.since)}",
        deciders(question.approvers) if several else "",
        _approved_so_far(question),
    ]
    review = button("Review…", ActionId.REVIEW_CASE, ButtonValue(case.id).text)
    return {"type": "section", "text": mrkdwn(join_parts(facts)), "accessory": review}


def _times(targets: Sequence[CaseTarget]) -> str:
    return f" × {len(targets)}" if len(targets) > 1 else ""


def _title(question: PendingQuestion, links: Links) -> str:
    title = escape(question.case.title, 150)
    return link(links.get(question.case.id, ""), title) or title


def _approved_so_far(question: PendingQuestion) -> str:
    people = distinct(mention_of(user) for target in question.waiting for user in current_approvers(target))
    return f"{', '.join(people)} {'has' if len(people) == 1 else 'have'} approved already" if people else ""
