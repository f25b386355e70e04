"""Slack's Retry-After, stored with a channel and obeyed by all that is posted there."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import Busy
from bot.domain.ports import Item, Update
from bot.store import keys
from bot.world import World


def require_open(channel: str, world: World) -> Item:
    """Return the channel's item. Raises Busy until the time that Slack has asked to wait for."""
    item = world.table.get(keys.channel(channel)) or {}
    now = world.clock.now()
    if item.get("not_before", "") > keys.stamp(now):
        left = (keys.parse(item["not_before"]) - now).total_seconds()
        raise Busy(f"Slack asked to wait with {channel}", retry_after=left)
    return item


def remember(channel: str, seconds: float, world: World) -> None:
    """Store for how long Slack asks to wait."""
    until = keys.stamp(world.clock.now() + timedelta(seconds=seconds))
    world.table.write([Update(keys.channel(channel), sets={"not_before": until})])
