"""Input for a change reference, shared by Approve and Review."""

from __future__ import annotations

from bot.domain.policy import MAX_REFERENCE, ChangeReference
from bot.slack.ids import ActionId, BlockId
from bot.slack.text.blocks import Block, plain_text


def reference_input(wanted: ChangeReference) -> Block:
    """Build a single-line input with the policy's label and pattern."""
    return {
        "type": "input",
        "block_id": BlockId.CHANGE_REFERENCE.value,
        "label": plain_text(wanted.label),
        "hint": plain_text(f"Like {wanted.pattern}. It stands on the card and in the audit record.", 150),
        "element": {
            "type": "plain_text_input",
            "action_id": ActionId.CHANGE_REFERENCE.value,
            "max_length": MAX_REFERENCE,
        },
    }
