"""Find a message that an earlier try has posted, whose answer was lost on the way: by the message's metadata.

Slack keeps an event type and a payload with a message (docs.slack.dev/messaging/message-metadata).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.world import World

_LOOKED_AT: Final = 100
"""The newest messages of a channel: a try that was lost is followed by the next one within minutes."""


def metadata_of(event_type: str, payload: Mapping[str, str]) -> dict[str, Any]:
    """Return the `metadata` argument of chat.postMessage."""
    return {"event_type": event_type, "event_payload": dict(payload)}


def posted(channel: str, event_type: str, world: World) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield `ts` and payload of the channel's newest messages of this event type."""
    history = world.slack.call("conversations.history", channel=channel, include_all_metadata=True, limit=_LOOKED_AT)
    for message in history.get("messages", ()):
        metadata = message.get("metadata", {})
        if metadata.get("event_type") == event_type:
            yield str(message["ts"]), metadata.get("event_payload", {})


def find_posted(channel: str, event_type: str, payload: Mapping[str, str], world: World) -> str:
    """Return the `ts` of the message that carries all of this payload, or ''."""
    found = (ts for ts, carried in posted(channel, event_type, world) if payload.items() <= carried.items())
    return next(found, "")


def post_once(
    channel: str, event_type: str, payload: Mapping[str, str], arguments: Mapping[str, Any], world: World
) -> str:
    """Post a message unless one with this payload is there. Returns its `ts`."""
    ts = find_posted(channel, event_type, payload, world)
    if ts:
        return ts
    metadata = metadata_of(event_type, payload)
    return str(world.slack.call("chat.postMessage", channel=channel, **arguments, metadata=metadata)["ts"])
