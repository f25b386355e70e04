"""The identity of a person and the members of user groups, as Slack reports them now. What is unknown gives no right.

The Slack port that is passed in may remember these two reads for up to a minute (`bot.adapters.slack.cached`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import BadInput, Busy, RightsUnknown, Unknown
from bot.domain.rights import Groups, Person
from bot.world import World


def person(user: str, team: str, world: World) -> Person:
    """Read who clicked; `team` is the one in the signed request. Raises RightsUnknown when Slack cannot be asked."""
    try:
        info = world.slack.call("users.info", user=user)["user"]
    except (BadInput, Busy, Unknown, KeyError) as problem:
        raise RightsUnknown("Slack does not say now who you are; try again in a minute") from problem
    return person_of(user, team, info)


def person_of(user: str, team: str, info: dict[str, Any]) -> Person:
    """Return the person that users.info describes."""
    return Person(user, _team(info, team), _is_full_member(info), _enterprise(info))


def _is_full_member(info: dict[str, Any]) -> bool:
    no_member = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_workflow_bot")
    return not any(info.get(name) for name in no_member)


def _team(info: dict[str, Any], claimed: str) -> str:
    """Return the person's team; in an enterprise they may be members of several, the claimed one among them."""
    if claimed in info.get("enterprise_user", {}).get("teams", ()):
        return claimed
    return str(info.get("team_id", ""))


def _enterprise(info: dict[str, Any]) -> str:
    return str(info.get("enterprise_user", {}).get("enterprise_id", ""))


def groups(ids: Iterable[str], world: World) -> Groups:
    """Return the members of each group; one that cannot be read is missing, and gives nobody a right."""
    found: dict[str, frozenset[str]] = {}
    for group in ids:
        try:
            found[group] = frozenset(world.slack.call("usergroups.users.list", usergroup=group)["users"])
        except (BadInput, Busy, Unknown, KeyError):
            continue
    return found
