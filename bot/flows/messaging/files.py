"""File upload to Slack."""

from __future__ import annotations

from typing import Any, Final

from bot.slack.text.blocks import clip
from bot.world import World

_MAX_ALT: Final = 1000
_MAX_TITLE: Final = 200


def upload(content: bytes, name: str, title: str, world: World, *, alt: str = "", **where: str) -> str:
    """Upload a file, shared as `where` says (nowhere: a block may then show it). Returns the file id.

    Slack's three steps (docs.slack.dev/messaging/working-with-files): get an upload URL, send the bytes, complete.
    Raises Busy, SlackRefused, Unknown.
    """
    about: dict[str, Any] = {"alt_txt": clip(alt, _MAX_ALT)} if alt else {}
    place = world.slack.call("files.getUploadURLExternal", filename=name, length=len(content), **about)
    world.slack.upload(place["upload_url"], content)
    files = [{"id": place["file_id"], "title": clip(title, _MAX_TITLE)}]
    world.slack.call("files.completeUploadExternal", files=files, **where)
    return str(place["file_id"])


def direct(user: str, world: World) -> str:
    """Return the id of the direct message channel with a user."""
    return str(world.slack.call("conversations.open", users=user)["channel"]["id"])
