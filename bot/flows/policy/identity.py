"""People and their user groups, as Slack reports them now. An unknown person or group grants no rights.

The Slack port may cache these two reads for up to a minute (`bot.adapters.slack.cached`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import BadInput, Busy, RightsUnknown, Unknown
from bot.domain.rights import Groups, Person
from bot.world import World


def person(user: str, team: str, world: World) -> Person:
    """Return who clicked; `team` is the one in the signed request. Raises RightsUnknown if Slack cannot say."""
    try:
        info = world.slack.call("users.info", user=user)["user"]
    except (BadInput, Busy, Unknown, KeyError) as problem:
        raise RightsUnknown("Slack does not say now who you are; try again in a minute") from problem
    return person_of(user, team, info)


def person_of(user: str, team: str, info: dict[str, Any]) -> Person:
    """Build a Person from the `user` object of users.info."""
    return Person(user, _team(info, team), _is_full_member(info), _enterprise(info))


def _is_full_member(info: dict[str, Any]) -> bool:
    no_member = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_workflow_bot")
    return not any(info.get(name) for name in no_member)


def _team(info: dict[str, Any], claimed: str) -> str:
    """Return the person's team; in an Enterprise Grid they may belong to several, `claimed` among them."""
    if claimed in info.get("enterprise_user", {}).get("teams", ()):
        return claimed
    return str(info.get("team_id", ""))


def _enterprise(info: dict[str, Any]) -> str:
    return str(info.get("enterprise_user", {}).get("enterprise_id", ""))


def groups(ids: Iterable[str], world: World) -> Groups:
    """Return the members of each group; an unreadable one is left out, so it grants nobody a right."""
    found: dict[str, frozenset[str]] = {}
    for group in ids:
        try:
            found[group] = frozenset(world.slack.call("usergroups.users.list", usergroup=group)["users"])
        except (BadInput, Busy, Unknown, KeyError):
            continue
    return found
