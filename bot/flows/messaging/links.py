"""Permalinks to cards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.case import Case
from bot.domain.errors import BadInput
from bot.world import World


def permalink(case: Case, world: World) -> str:
    """Return a link to the case's live card, or ''."""
    if not case.ts:
        return ""
    try:
        return str(world.slack.call("chat.getPermalink", channel=case.channel, message_ts=case.ts)["permalink"])
    except BadInput:
        return ""


def permalinks(found: Sequence[Case], world: World) -> dict[str, str]:
    """Return links to the live cards by case id. One is requested from Slack; the others are built in the same form."""
    posted = [case for case in found if case.ts]
    known = next((link for case in posted if (link := permalink(case, world))), "")
    workspace, archives, _ = known.partition("/archives/")
    if not archives:
        return {}
    return {case.id: f"{workspace}{archives}{case.channel}/p{case.ts.replace('.', '')}" for case in posted}
