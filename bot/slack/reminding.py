"""What is said when a question waits: under its card, and to whom it is escalated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.case import Case, Work
from bot.domain.policy import Approvers
from bot.domain.states import State
from bot.slack.blocks import button, dotted, escape, link, section, when
from bot.slack.card_view import SEVERITY_EMOJI, account_words, current_approvers, deciders, distinct, names, who
from bot.slack.cards import AMBER, Message
from bot.slack.ids import ActionId, ButtonValue


@dataclass(frozen=True)
class Asked:
    """A question that waits: of which case and targets, for whom, and since when."""

    case: Case
    works: Sequence[Work]
    approvers: Approvers
    now: datetime
    since: str

    @property
    def waiting(self) -> list[Work]:
        """The targets that wait for a decision."""
        return [work for work in self.works if work.state is State.PROPOSED]


def reminder(asked: Asked) -> str:
    """In the card's thread: what waits, since when, who has said yes, and who is needed."""
    called = f"{who(asked.case.mention)} " if asked.case.mention else ""
    return f"⏰ {called}{_waits(asked)} {deciders(asked.approvers)} may decide on the card above{_half(asked)}."


def _waits(asked: Asked) -> str:
    works = asked.waiting
    number = "A decision waits" if len(works) == 1 else f"{len(works)} decisions wait"
    return f"{number} since {when(asked.since)}: {names(works)}."


def _half(asked: Asked) -> str:
    said = distinct(who(user) for work in asked.waiting for user in current_approvers(work))
    return f"; {', '.join(said)} has approved already" if said else ""


def escalation(asked: Asked, permalink: str, mention: str) -> Message:
    """In another channel: what nobody has decided, where it can be, and by whom, without calling those again."""
    case = asked.case
    called = f"  {who(mention)}" if mention else ""
    head = f"⬆️ *Nobody has decided:* {SEVERITY_EMOJI[case.severity]} {escape(case.title, 150)}{called}"
    facts = dotted([account_words(case.account, case.account_name), link(permalink, "card")])
    text = f"{facts}\n{_waits(asked)} {deciders(asked.approvers)} may decide."
    review = button("Review…", ActionId.REVIEW_CASE, ButtonValue(case.id).text)
    return Message(head, AMBER, ({**section(text), "accessory": review},))


def escalated(channel: str) -> str:
    """In the card's thread: who has been told."""
    return f"⬆️ Nobody has decided, so <#{channel}> has been told. Who may decide has not changed."


def not_escalated(channel: str, reason: str) -> str:
    """In the card's thread: the other channel could not be told."""
    return f"⚠️ Nobody has decided, and <#{channel}> could not be told: {escape(reason, 200)}."
