"""Charts in Slack: drawn here, uploaded in Slack's three steps, with words for whoever cannot see them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.blocks import clip
from bot.slack.png import png
from bot.world import World

_MAX_ALT = 1000


@dataclass(frozen=True)
class Picture:
    """A chart: its SVG, what it shows in words, and the file's name."""

    svg: str
    alt: str
    name: str


def share(picture: Picture, channel: str, world: World, *, thread: str = "", comment: str = "") -> str:
    """Show a picture in a channel (or one of its threads). Returns the file's id. Raises Busy, SlackRefused, Unknown.

    Slack's way (docs.slack.dev/messaging/working-with-files): ask for an address, send the bytes, say that it is done.
    """
    content = png(picture.svg)
    place = world.slack.call(
        "files.getUploadURLExternal",
        filename=picture.name,
        length=len(content),
        alt_txt=clip(picture.alt, _MAX_ALT),
    )
    world.slack.upload(place["upload_url"], content)
    world.slack.call(
        "files.completeUploadExternal",
        files=[{"id": place["file_id"], "title": clip(picture.alt, 200)}],
        channel_id=channel,
        thread_ts=thread or None,
        initial_comment=comment or None,
    )
    return str(place["file_id"])
