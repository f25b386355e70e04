"""Slack's limits, checked by Slack's own SDK where it checks, and here where it does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.slack.cards.card import Message
from bot.slack.text.blocks import MAX_MESSAGE_BYTES, MAX_SECTION


def check_message(message: Message) -> None:
    """Hold a message to what Slack takes."""
    assert 0 < len(message.text) <= 4000
    assert len(message.blocks) <= 50
    sent = message.arguments
    under_bar = [block for attachment in sent["attachments"] for block in attachment["blocks"]]
    assert len(json.dumps([*sent["blocks"], *under_bar], ensure_ascii=False).encode()) <= MAX_MESSAGE_BYTES
    check_blocks([*sent["blocks"], *under_bar])


def check_view(view: dict[str, Any]) -> None:
    """Hold a modal to what Slack takes."""
    View(**view).validate_json()
    assert len(view["blocks"]) <= 100
    assert len(view["private_metadata"]) <= 3000
    assert len(json.dumps(view)) <= 250_000
    assert all(len(view[name]["text"]) <= 24 for name in ("title", "submit", "close") if name in view)
    check_blocks(view["blocks"])


def check_blocks(blocks: Sequence[dict[str, Any]]) -> None:
    """Hold blocks to what Slack takes."""
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        _check_texts(block)
        for element in block.get("elements", []):
            if element.get("type") == "button":
                _check_button(element)


def _check_texts(block: dict[str, Any]) -> None:
    if block["type"] == "section":
        assert 0 < len(block["text"]["text"]) <= MAX_SECTION
    if block["type"] == "context":
        assert all(0 < len(element["text"]) <= 2000 for element in block["elements"])


def _check_button(button: dict[str, Any]) -> None:
    ButtonElement(**{name: value for name, value in button.items() if name != "type"}).validate_json()
    assert 0 < len(button["text"]["text"]) <= 75
    assert len(button["value"]) <= 2000
    confirm = button.get("confirm")
    if confirm:
        assert len(confirm["title"]["text"]) <= 100
        assert len(confirm["text"]["text"]) <= 300
        assert len(confirm["confirm"]["text"]) <= 30
