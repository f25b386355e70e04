"""The right to decide: full members of an accepted team, by user id or user group. What is unknown gives no right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.policy import Approvers, Policy


@dataclass(frozen=True)
class Person:
    """A person as Slack reports them now. `full_member` is False for guests, bots, external and deactivated users."""

    user: str
    team: str
    full_member: bool
    enterprise: str = ""


@dataclass(frozen=True)
class Verdict:
    """A verdict on a person's right: `via` is the rule that gives it, `reason` is why there is none."""

    allowed: bool
    reason: str = ""
    via: str = ""


Groups = Mapping[str, frozenset[str]]
"""User group id → ids of its members. A group that could not be read is missing."""


@dataclass(frozen=True)
class AuthorityEvidence:
    """The evidence of a right to decide, stored with the decision."""

    policy: str
    route: str
    via: str
    required: int
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def named(user: str, approvers: Approvers, groups: Groups) -> str:
    """Return the rule that names this person among the approvers, or ''."""
    if user in approvers.users:
        return f"user {user}"
    return next((f"group {group}" for group in approvers.groups if user in groups.get(group, frozenset())), "")


def may_decide(
    person: Person,
    approvers: Approvers,
    groups: Groups,
    policy: Policy,
    otherwise: str = "you are not one of the approvers of this card",
) -> Verdict:
    """Return whether this person is one of these approvers; `otherwise` is the reason given to who is not."""
    if barred := _barred(person, policy):
        return Verdict(allowed=False, reason=barred)
    if via := named(person.user, approvers, groups):
        return Verdict(allowed=True, via=via)
    return Verdict(allowed=False, reason=_why_not(approvers, groups) or otherwise)


def _barred(person: Person, policy: Policy) -> str:
    """Return why this person may decide nothing at all, or ''."""
    if not {person.team, person.enterprise} & set(policy.teams):
        return "your Slack workspace is not one that the policy accepts"
    if not person.full_member:
        return "guests, bots and deactivated accounts cannot decide"
    return ""


def _why_not(approvers: Approvers, groups: Groups) -> str:
    """Return why these approvers cannot be determined, or ''."""
    if not set(approvers.groups) <= groups.keys():
        return "a group of approvers could not be read from Slack; try again in a minute"
    if not approvers.anybody:
        return "the policy names nobody who may decide here"
    return ""
