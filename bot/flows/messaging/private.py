"""Send a message to one person: in the channel, visible to them alone, else as a direct message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import SlackRefused
from bot.world import World


def send_privately(user: str, channel: str, arguments: Mapping[str, Any], world: World) -> None:
    """Send an ephemeral message in the channel, or a direct message without one, or where Slack refuses.

    Slack refuses where the person or the bot is not in the channel, or it is archived
    (docs.slack.dev/reference/methods/chat.postEphemeral). Raises SlackRefused when the direct message is refused too.
    """
    if channel:
        try:
            world.slack.call("chat.postEphemeral", channel=channel, user=user, **arguments)
        except SlackRefused:
            pass
        else:
            return
    world.slack.call("chat.postMessage", channel=user, **arguments)
