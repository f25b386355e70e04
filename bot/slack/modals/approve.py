"""Approve form with a change reference. Pure."""

from __future__ import annotations

from bot.domain.policy import ChangeReference
from bot.slack.cards.buttons import approve_confirmation
from bot.slack.cards.plan import visible_groups
from bot.slack.cards.view import CardView, deciders
from bot.slack.ids import CallbackId, Metadata
from bot.slack.modals.base import View, form
from bot.slack.modals.change_reference import reference_input
from bot.slack.text.blocks import context, escape, section


def approve(view: CardView, wanted: ChangeReference, meta: Metadata) -> View:
    """Repeat the card's confirmation and ask for the change reference."""
    asked = approve_confirmation(view, visible_groups(view))
    blocks = [
        section(f"*{escape(asked['title']['text'], 150)}*\n{escape(asked['text']['text'], 400)}"),
        reference_input(wanted),
        context(f"{deciders(view.approvers)} may approve; it changes exactly what the card shows."),
    ]
    return form(CallbackId.APPROVE, "Approve", meta, blocks, submit="Approve")
