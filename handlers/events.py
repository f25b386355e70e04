"""Publish case events from the table's stream on the event bus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.ports import Key
from bot.flows.jobs import case_events
from bot.runtime.bootstrap import world_for
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> None:
    """Publish a batch of new records. Errors are raised: the stream delivers the batch again."""
    written = [record["dynamodb"]["Keys"] for record in event["Records"]]
    case_events.announce([Key(keys["pk"]["S"], keys["sk"]["S"]) for keys in written], world or world_for("events"))
