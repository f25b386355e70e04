"""Upload of charts to Slack, with alt text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import SlackRefused
from bot.flows.messaging import files
from bot.slack.pages.charts import trend as trend_svg
from bot.slack.pages.png import png
from bot.slack.pages.posture import trend_text
from bot.slack.text.blocks import clip, image
from bot.world import World

_MAX_ALT: Final = 1000
_NOT_READY: Final = frozenset({"invalid_blocks", "invalid_attachments", "slack_file_not_found"})


@dataclass(frozen=True)
class Picture:
    """A chart: its SVG, its alt text, and the file name."""

    svg: str
    alt: str
    name: str


def upload(picture: Picture, world: World, **where: str) -> str:
    """Upload a picture, shared as `where` says. Returns the file id. Raises as `files.upload`."""
    return files.upload(png(picture.svg), picture.name, picture.alt, world, alt=picture.alt, **where)


def share(picture: Picture, channel: str, world: World) -> str:
    """Post a picture with its alt text as comment in a channel or direct message. Raises as `upload`."""
    return upload(picture, world, channel_id=channel, initial_comment=clip(picture.alt, _MAX_ALT))


def post(channel: str, arguments: Mapping[str, Any], picture: Picture | None, world: World) -> str:
    """Post a message with a picture; if Slack does not accept the picture yet, put it in the thread. Returns the `ts`.

    Slack needs a moment to process a file; until then it refuses a block with that file as invalid.
    """
    file_id = upload(picture, world) if picture else ""
    if picture and file_id:
        try:
            answer = world.slack.call(
                "chat.postMessage", channel=channel, **_with_image(arguments, file_id, picture.alt)
            )
        except SlackRefused as refused:
            if refused.error not in _NOT_READY:
                raise
        else:
            return str(answer["ts"])
    ts = str(world.slack.call("chat.postMessage", channel=channel, **arguments)["ts"])
    if picture:
        upload(picture, world, channel_id=channel, thread_ts=ts)
    return ts


def _with_image(arguments: Mapping[str, Any], file_id: str, alt: str) -> dict[str, Any]:
    return {**arguments, "blocks": [*arguments["blocks"], image(file_id, alt)]}


def trend_picture(title: str, values: Sequence[tuple[str, float | None]]) -> Picture:
    """Draw the trend from the first recorded day on."""
    known = [place for place, (_, value) in enumerate(values) if value is not None]
    shown = values[known[0] :] if known else values
    last = shown[known[-1] - known[0]][1] if known else None
    subtitle = "no day recorded yet" if last is None else f"{last:g} now · since {shown[0][0]}"
    return Picture(trend_svg(title, subtitle, shown), f"{title}: {trend_text(values)}", "trend.png")
