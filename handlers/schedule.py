"""What time brings: reminders, expiry, digests, and the sweep that finds what was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.bootstrap import world_for
from bot.flows import export, housekeep, measures
from bot.metrics import emit
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> None:
    """Do the job that the schedule names. Raises what the job raises: the next call is the retry."""
    current = world or world_for("schedule")
    if event["job"] == "measure":
        emit(measures.measure(current))
        return
    try:
        housekeep.run(event["job"], current)
    finally:
        if event["job"] == "export":
            emit([export.behind(current)])
