"""The field for a change reference, in the form of Approve and in Review."""

from __future__ import annotations

from bot.domain.policy import MAX_REFERENCE, ChangeReference
from bot.slack.ids import ActionId, BlockId
from bot.slack.text.blocks import Block, plain


def reference_input(wanted: ChangeReference) -> Block:
    """A line of text, with what the policy wants in it."""
    return {
        "type": "input",
        "block_id": BlockId.CHANGE_REFERENCE.value,
        "label": plain(wanted.label),
        "hint": plain(f"Like {wanted.pattern}. It stands on the card and in the audit record.", 150),
        "element": {
            "type": "plain_text_input",
            "action_id": ActionId.CHANGE_REFERENCE.value,
            "max_length": MAX_REFERENCE,
        },
    }
