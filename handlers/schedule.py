"""What time brings: reminders, expiry, digests, and the sweep that finds what was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.jobs import audit_archive, sweep
from bot.flows.posture import metrics
from bot.runtime.bootstrap import world_for
from bot.runtime.metrics import emit
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> None:
    """Do the job that the schedule names. Raises what the job raises: the next call is the retry."""
    current = world or world_for("schedule")
    if event["job"] == "measure":
        emit(metrics.measure(current))
        return
    try:
        sweep.run(event["job"], current)
    finally:
        if event["job"] == "export":
            emit([audit_archive.export_lag(current)])
