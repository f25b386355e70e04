"""The stop button: while something is paused, nothing is changed there. Read before each change of a run."""

from __future__ import annotations

from bot.store import keys
from bot.world import World


def paused(account: str, world: World) -> str:
    """Why nothing may be changed in this account now, or nothing when it may."""
    wanted = [keys.pause("all"), keys.pause(account)]
    found = world.table.get_many(wanted)
    return next((f"paused by <@{item['by']}>: {item['reason']}" for item in found.values()), "")
