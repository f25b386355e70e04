"""Answer Slack's requests within three seconds, and record signed clicks. It has no access to member accounts."""

from __future__ import annotations

from functools import cache
from typing import Any

from slack_bolt.adapter.aws_lambda import SlackRequestHandler

from bot.flows.interactions.app import build_app
from bot.runtime.bootstrap import world_for
from bot.world import World


def handler(event: dict[str, Any], context: object, world: World | None = None) -> dict[str, Any]:
    """Answer one request of an HTTP API (payload format 2.0)."""
    answering = SlackRequestHandler(build_app(world)) if world else _deployed()
    answer: dict[str, Any] = answering.handle(event, context)  # type: ignore[no-untyped-call] # Bolt's is untyped
    return answer


@cache
def _deployed() -> SlackRequestHandler:
    """Build the app once per container, at its first request."""
    return SlackRequestHandler(build_app(world_for("slack")))
