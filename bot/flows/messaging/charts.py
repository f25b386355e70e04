"""Charts in Slack: drawn here, uploaded in Slack's three steps, with words for whoever cannot see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import SlackRefused
from bot.flows.messaging import files
from bot.slack.pages.charts import trend as trend_svg
from bot.slack.pages.png import png
from bot.slack.pages.posture import trend_words
from bot.slack.text.blocks import clip, image
from bot.world import World

_MAX_ALT: Final = 1000
_NOT_YET: Final = frozenset({"invalid_blocks", "invalid_attachments", "slack_file_not_found"})


@dataclass(frozen=True)
class Picture:
    """A chart: its SVG, what it shows in words, and the file's name."""

    svg: str
    alt: str
    name: str


def upload(picture: Picture, world: World, **where: str) -> str:
    """Give Slack a picture, shared as `where` says. Returns the file's id. Raises as `files.upload`."""
    return files.upload(png(picture.svg), picture.name, picture.alt, world, alt=picture.alt, **where)


def share(picture: Picture, channel: str, world: World) -> str:
    """Post a picture with its words in a channel or direct conversation. Raises as `upload`."""
    return upload(picture, world, channel_id=channel, initial_comment=clip(picture.alt, _MAX_ALT))


def post(channel: str, arguments: Mapping[str, Any], picture: Picture | None, world: World) -> str:
    """Post a message with a picture below it; where Slack does not show that one yet, in its thread. Returns its `ts`.

    A file takes Slack a moment; until then a block that names it is refused as invalid.
    """
    file_id = upload(picture, world) if picture else ""
    if picture and file_id:
        try:
            answer = world.slack.call(
                "chat.postMessage", channel=channel, **_with_image(arguments, file_id, picture.alt)
            )
        except SlackRefused as refused:
            if refused.error not in _NOT_YET:
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
    """A trend drawn from the first day that was recorded, with its words."""
    known = [place for place, (_, value) in enumerate(values) if value is not None]
    shown = values[known[0] :] if known else values
    last = shown[known[-1] - known[0]][1] if known else None
    subtitle = "no day recorded yet" if last is None else f"{last:g} now · since {shown[0][0]}"
    return Picture(trend_svg(title, subtitle, shown), f"{title}: {trend_words(values)}", "trend.png")
