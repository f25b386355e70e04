"""Who may decide: full members of an accepted team, by user id or user group. Not knowing means no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.policy import Approvers, Policy


@dataclass(frozen=True)
class Person:
    """Whoever clicked, as Slack says now. `full_member` is False for guests, bots, strangers and the deactivated."""

    user: str
    team: str
    full_member: bool
    enterprise: str = ""


@dataclass(frozen=True)
class Verdict:
    """May they, and why: `via` names the rule that gives the right, `reason` says why not."""

    allowed: bool
    reason: str = ""
    via: str = ""


Groups = Mapping[str, frozenset[str]]
"""User group id → ids of its members, as far as they could be read; a group that could not is missing."""


@dataclass(frozen=True)
class Right:
    """The evidence of a right, stored with the decision."""

    policy: str
    route: str
    via: str
    required: int
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def may_decide(person: Person, approvers: Approvers, groups: Groups, policy: Policy) -> Verdict:
    """Whether this person may decide what these approvers decide."""
    if not policy.teams or not {person.team, person.enterprise} & set(policy.teams):
        return Verdict(allowed=False, reason="your Slack workspace is not one that the policy accepts")
    if not person.full_member:
        return Verdict(allowed=False, reason="guests, bots and deactivated accounts cannot decide")
    if person.user in approvers.users:
        return Verdict(allowed=True, via=f"user {person.user}")
    for group in approvers.groups:
        if person.user in groups.get(group, frozenset()):
            return Verdict(allowed=True, via=f"group {group}")
    unread = [group for group in approvers.groups if group not in groups]
    if unread:
        return Verdict(allowed=False, reason="a group of approvers could not be read from Slack; try again in a minute")
    if not approvers.users and not approvers.groups:
        return Verdict(allowed=False, reason="the policy names nobody who may decide here")
    return Verdict(allowed=False, reason="you are not one of the approvers of this card")
