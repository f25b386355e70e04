"""Store Slack's Retry-After for each channel, and respect it in everything posted there."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import Busy
from bot.domain.ports import Item, Update
from bot.store import keys
from bot.world import World


def require_open(channel: str, world: World) -> Item:
    """Return the channel's item. Raises Busy until Slack's Retry-After is over."""
    item = world.table.get(keys.channel(channel)) or {}
    now = world.clock.now()
    if item.get("not_before", "") > keys.stamp(now):
        remaining = (keys.parse(item["not_before"]) - now).total_seconds()
        raise Busy(f"Slack asked to wait with {channel}", retry_after=remaining)
    return item


def store_retry_after(channel: str, seconds: float, world: World) -> None:
    """Store the Retry-After of a channel."""
    until = keys.stamp(world.clock.now() + timedelta(seconds=seconds))
    world.table.write([Update(keys.channel(channel), sets={"not_before": until})])
