"""Store events of Security Hub and AWS Config as findings, counters and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.ingestion import ingest
from bot.runtime.bootstrap import shift
from bot.runtime.sqs_batch import bodies, come_back
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Store a batch of events; those that could not be stored are retried."""
    here, postpone = shift("ingest", world)
    return come_back(event, ingest.ingest(bodies(event), here), postpone)
