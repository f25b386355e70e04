"""Opening and updating of modals."""

from __future__ import annotations

import logging
from typing import Final

from bot.domain.errors import SlackRefused
from bot.slack.modals.base import View
from bot.world import World

_LOG: Final = logging.getLogger(__name__)

_CLOSED: Final = frozenset({"not_found", "view_not_found", "hash_conflict", "expired_trigger_id"})
"""Slack's error codes for a modal that is closed."""


def show(trigger_id: str, view: View, world: World, *, in_modal: bool = False) -> str:
    """Open a modal, stacked on the current one if `in_modal`. Returns its view id.

    Slack stacks at most three (docs.slack.dev/reference/methods/views.push). Raises SlackRefused.
    """
    answer = world.slack.call("views.push" if in_modal else "views.open", trigger_id=trigger_id, view=view)
    return str(answer["view"]["id"])


def fill(view_id: str, view: View, world: World) -> None:
    """Replace the content of an open modal; does nothing if it was closed."""
    try:
        world.slack.call("views.update", view_id=view_id, view=view)
    except SlackRefused as refused:
        if refused.error not in _CLOSED:
            raise
        _LOG.info("the modal %s was closed before it could be filled", view_id)
