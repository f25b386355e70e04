"""Events from Security Hub and Config → findings, counters and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.bootstrap import world_for
from bot.flows import ingest
from bot.sqs_batch import bodies, failures, log
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Store a batch of events; those that could not be stored come back."""
    failed = ingest.ingest(bodies(event), world or world_for("ingest"))
    if failed:
        log().warning("events come back", extra={"message_ids": sorted(failed)})
    return failures(sorted(failed))
