"""Exempt and Hand over forms. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.exemption import Scope
from bot.domain.policy import Approvers
from bot.domain.target import CaseTarget
from bot.slack.cards.view import deciders, target_names
from bot.slack.ids import ActionId, BlockId, CallbackId, Metadata
from bot.slack.modals.base import MAX_REASON, View, form
from bot.slack.text.blocks import Block, context, escape, plain_text, section

_DEFAULT_PERIOD: Final = timedelta(days=30)


@dataclass(frozen=True)
class ExemptionPreview:
    """Effect of an exemption: these targets, or everything that fails their controls in the account, now and later."""

    targets: Sequence[CaseTarget]
    account: str
    failing: int
    """Findings of these controls that fail in the account now."""

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls that fail on the targets."""
        return tuple(sorted({control for target in self.targets for control in target.open_controls}))


def exempt(meta: Metadata, hidden: ExemptionPreview, approvers: Approvers, now: datetime, longest: int) -> View:
    """Ask for the scope, reason and last day, after showing what the exemption hides."""
    blocks = [
        section("Nothing is changed. Until its last day nobody is asked about it; Security Hub shows it suppressed."),
        _scope_input(hidden),
        context(_preview_text(hidden)),
        _text_input(BlockId.EXEMPT_REASON, ActionId.EXEMPT_REASON, "Why may this stay as it is?"),
        _date_input(BlockId.EXEMPT_UNTIL, ActionId.EXEMPT_UNTIL, now, longest),
        context(_rules_text(approvers)),
    ]
    return form(CallbackId.EXEMPT, "Exempt", meta, blocks, submit="Exempt" if approvers.required <= 1 else "Ask")


def _rules_text(approvers: Approvers) -> str:
    counted = "The strict score still counts it; the headline leaves it out. "
    announced = "It is announced a week and a day before its end, and asked again then."
    if approvers.required <= 1:
        return f"{counted}{announced}"
    takes = deciders(approvers)  # lower-case only the first letter: Slack's group ids are upper-case
    return f"{counted}{announced} It takes {takes[0].lower()}{takes[1:]}: you ask, somebody else allows."


def _scope_input(hidden: ExemptionPreview) -> Block:
    number = len(hidden.targets)
    controls = ", ".join(hidden.controls[:5]) or "its controls"
    here = f"These {number} resources" if number > 1 else "This resource"
    options = [
        _option(Scope.TARGET, here, "no others, also not later ones"),
        _option(Scope.CONTROL, f"{controls} in account {hidden.account}", "all of this card, and each new one"),
    ]
    return {
        "type": "input",
        "block_id": BlockId.EXEMPT_SCOPE.value,
        "label": plain_text("What"),
        "element": {
            "type": "radio_buttons",
            "action_id": ActionId.EXEMPT_SCOPE.value,
            "options": options,
            "initial_option": options[0],
        },
    }


def _preview_text(hidden: ExemptionPreview) -> str:
    fail = "finding fails" if hidden.failing == 1 else "findings fail"
    return (
        f"The first hides {target_names(hidden.targets, 10)}. The second hides all of this card and whatever else "
        f"would come to this channel: {hidden.failing} {fail} in the account now."
    )


def _option(scope: Scope, text: str, described: str) -> dict[str, Any]:
    return {"text": plain_text(text), "description": plain_text(described), "value": scope.value}


def _text_input(block: BlockId, action: ActionId, label: str) -> Block:
    return {
        "type": "input",
        "block_id": block.value,
        "label": plain_text(label),
        "hint": plain_text("Everybody in the channel sees it on the card, and it stands in the audit record.", 150),
        "element": {
            "type": "plain_text_input",
            "action_id": action.value,
            "multiline": True,
            "min_length": 3,
            "max_length": MAX_REASON,
        },
    }


def _date_input(block: BlockId, action: ActionId, now: datetime, longest: int) -> Block:
    usual = now + min(_DEFAULT_PERIOD, timedelta(days=longest))
    return {
        "type": "input",
        "block_id": block.value,
        "label": plain_text("Last day"),
        "hint": plain_text(f"At most {longest} days from now", 150),
        "element": {"type": "datepicker", "action_id": action.value, "initial_date": usual.date().isoformat()},
    }


def hand_over(meta: Metadata, targets: Sequence[CaseTarget], now: datetime, longest: int) -> View:
    """Ask for the new owner, the last day, and a link to their change."""
    who: Block = {
        "type": "input",
        "block_id": BlockId.HAND_OVER_TO.value,
        "label": plain_text("To whom"),
        "element": {"type": "users_select", "action_id": ActionId.HAND_OVER_TO.value},
    }
    link: Block = {
        "type": "input",
        "block_id": BlockId.HAND_OVER_LINK.value,
        "optional": True,
        "label": plain_text("Link to their change"),
        "element": {
            "type": "plain_text_input",
            "action_id": ActionId.HAND_OVER_LINK.value,
            "max_length": 300,
            "placeholder": plain_text("https://… a pull request, a ticket", 150),
        },
    }
    blocks = [
        section(
            f"Somebody else changes {target_names(targets, 5)} where it is defined. The bot changes nothing, waits for "
            "PASSED, and asks again after the last day."
        ),
        who,
        _date_input(BlockId.HAND_OVER_UNTIL, ActionId.HAND_OVER_UNTIL, now, longest),
        link,
    ]
    return form(CallbackId.HAND_OVER, "Hand over", meta, blocks, submit="Hand over")


def field_error(block: BlockId, reason: str) -> dict[str, Any]:
    """Response that shows an error beside a field."""
    return {"response_action": "errors", "errors": {block.value: escape(reason, 200)}}
