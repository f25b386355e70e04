"""A case: the targets of one subject in one account for one route, with one live card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.canonical import short_id
from bot.domain.finding import Severity
from bot.domain.states import State


@dataclass(frozen=True)
class Case:
    """One case. `version` goes up with every change, `rendered` is the version that its card shows.

    `urgent_changes` counts the changes that people wait for, and `urgent_rendered` how many of them the card shows.
    `total_announced` is the number of targets that the channel knows of. `reminder` and `escalation` are the marks that
    are due, and `…_posted` those that were posted.
    """

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
    urgent_changes: int = 0
    urgent_rendered: int = 0
    rendered_at: str = ""
    posted_rank: int = 9
    joined_at: str = ""
    total_announced: int = 0
    held_until: str = ""
    reminder: str = ""
    reminder_posted: str = ""
    escalation: str = ""
    escalation_posted: str = ""
    closed_at: str = ""
    reopened: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, *states: State) -> int:
        """Return how many of its targets are in one of these states."""
        return sum(self.counts.get(state, 0) for state in states)


def pointer_id(subject: str, channel: str, *deciders: str) -> str:
    """Return the sort key of the pointer to an account's open case of this subject, by channel and deciders.

    The route's place in the policy file is not part of it: an edit would move that, and open a second card.
    """
    return short_id(subject, channel, *deciders)
