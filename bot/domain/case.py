"""A case: the targets of one subject in one account, which people talk about on one card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.canonical import short_id
from bot.domain.finding import Severity
from bot.domain.states import State


@dataclass(frozen=True)
class Case:
    """The targets of one subject in one account for one route: the unit of conversation, with one live card."""

    id: str
    account: str
    subject: str
    remediation: str
    route: str
    channel: str
    title: str
    severity: Severity
    created: str
    account_name: str = ""
    mention: str = ""
    ts: str = ""
    posted_at: str = ""
    nonce: str = ""
    version: int = 1
    rendered: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    manifest: str = ""
    hurries: int = 0
    hurries_rendered: int = 0
    rendered_at: str = ""
    posted_rank: int = 9
    joined_at: str = ""
    told: int = 0
    held_until: str = ""
    reminder: str = ""
    reminder_told: str = ""
    escalation: str = ""
    escalation_told: str = ""
    closed_at: str = ""
    reopened: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, *states: State) -> int:
        """Count the targets in any of these states."""
        return sum(self.counts.get(state, 0) for state in states)


def pointer_id(subject: str, channel: str, *deciders: str) -> str:
    """The sort key of the pointer to an account's open case of this subject, where and for whom it is.

    Not the route's place in the policy file: an edit moves that, and would open a second card.
    """
    return short_id(subject, channel, *deciders)
