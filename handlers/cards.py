"""Cases → cards in Slack, and what one person alone sees: modals and ephemeral answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.bootstrap import shift
from bot.flows import answer, present
from bot.sqs_batch import each
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Answer each doorbell (`render`) by looking what is behind in the store; the other kinds are answers."""
    here, postpone = shift("cards", world)

    def work(body: dict[str, Any]) -> None:
        flow = present if body["kind"] == "render" else answer
        flow.handle(body, here)

    return each(event, work, postpone)
