"""Cases → cards in Slack, and what one person alone sees: modals and ephemeral answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.cards import render
from bot.flows.interactions import answers
from bot.runtime.bootstrap import shift
from bot.runtime.sqs_batch import each
from bot.world import World


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Answer each doorbell by looking what is behind in the store; the other kinds are answers.

    One look serves all doorbells of a channel in the batch: it comes after all of them were rung.
    """
    here, postpone = shift("cards", world)
    seen: set[tuple[str, ...]] = set()

    def target(body: dict[str, Any]) -> None:
        rung = (body["kind"], body.get("channel", ""), body.get("what", ""))
        if body["kind"] not in render.KINDS:
            answers.handle(body, here)
        elif rung not in seen:
            render.handle(body, here)
            seen.add(rung)

    return each(event, target, postpone)
