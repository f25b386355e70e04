"""Targets → plans and evidence, through the read-only role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.planning import plan
from bot.runtime.bootstrap import shift
from bot.runtime.sqs_batch import each
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Look at each target of the batch."""
    here, postpone = shift("plan", world)
    return each(event, lambda body: plan.handle(body, here), postpone)
