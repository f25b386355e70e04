"""The stop button: while something is paused, nothing is changed there. Read before each change of a run."""

from __future__ import annotations

from bot.domain.ports import Item
from bot.store import keys
from bot.world import World


def held(account: str, world: World) -> Item | None:
    """The pause that holds in this account now, if one does."""
    found = world.table.get_many([keys.pause("all"), keys.pause(account)])
    return next((item for item in found.values() if holds(item)), None)


def holds(item: Item | None) -> bool:
    """Whether a stored pause is one that holds now."""
    return bool(item and item.get("by") and not item.get("ended"))


def paused(account: str, world: World) -> str:
    """Why nothing may be changed in this account now, or nothing when it may."""
    item = held(account, world)
    return f"paused by <@{item['by']}>: {item['reason']}" if item else ""
