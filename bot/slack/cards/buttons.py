"""Buttons of a card, each labelled with its effect and shown only while it has one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.domain.plan import Reversible
from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.slack.cards.durability import came_back
from bot.slack.cards.plan import Group, button_targets, targets_of, visible_groups
from bot.slack.cards.view import CardView, Recipe, effect_texts, no_approve_reason
from bot.slack.ids import ActionId
from bot.slack.text.blocks import Block, actions, button, confirmation, counted
from bot.slack.text.values import format_value

ASK_AGAIN_STATES: Final = (
    State.STALE,
    State.FAILED,
    State.DENIED,
    State.LAPSED,
    State.HANDED_OVER,
    State.DISPUTED,
    State.UNDONE,
)
"""States in which a card offers "Ask again". An exemption ends by its own date."""

_CONFIRM_CHANGE: Final = 120


def buttons(view: CardView, value: str) -> list[Block]:
    """Return the card's button row: only the buttons that have an effect now."""
    hand_over, exempt = _defer_buttons(view, value)
    recurring = bool(came_back(view))  # a recurring problem is best fixed where the resource is defined
    return actions(
        hand_over if recurring else None,
        _approve(view, value),
        _deny(view, value),
        None if recurring else hand_over,
        exempt,
        button("Review…", ActionId.REVIEW, value) if view.in_state(State.PROPOSED) else None,
        _withdraw_approval(view, value),
        _ask_again(view, value),
        button("Undo…", ActionId.UNDO, value) if undoable(view) else None,
        None if view.in_state(State.PROPOSED) else button("Details…", ActionId.DETAILS, value),
    )


def _approve(view: CardView, value: str) -> Block | None:
    groups = visible_groups(view)
    if not groups or no_approve_reason(view):
        return None
    targets = tuple(targets_of(groups))
    label = approve_label(len(targets), len(view.in_state(State.PROPOSED)))
    if view.reference:  # the form that asks for the reference is the confirmation
        return button(f"{label}…", ActionId.APPROVE, value, style="primary")
    return button(label, ActionId.APPROVE, value, style="primary", confirm=approve_confirmation(view, groups))


def approve_label(number: int, total: int) -> str:
    if total == 1:
        return "Approve"
    return f"Approve all {number}" if number == total else f"Approve these {number} of {total}"


def approve_confirmation(view: CardView, groups: list[Group]) -> Block:
    """Confirmation dialog: the changes, the number of resources, the effects, and what Undo will not restore."""
    targets = tuple(targets_of(groups))
    effects = ", ".join(effect_texts(view.recipe))
    parts = [
        _confirmation_changes(groups, targets),
        f"Effects: {effects}." if effects else "",
        _undo_limits(view.recipe),
    ]
    return confirmation(_confirmation_title(view, targets), " ".join(part for part in parts if part), "Approve")


def _confirmation_title(view: CardView, targets: tuple[CaseTarget, ...]) -> str:
    named = targets[0].resource.label if len(targets) == 1 else counted(len(targets), "resource")
    return f"{view.recipe.title[:60]}: {named}?"


def _confirmation_changes(groups: list[Group], targets: tuple[CaseTarget, ...]) -> str:
    changes = sum(len(group.plan.changes) * len(group.targets) for group in groups)
    if len(targets) == 1 and changes == 1:
        only = groups[0].plan.changes[0]
        text = f"{only.setting}: {format_value(only.before)} → {format_value(only.after)}."
        if len(text) <= _CONFIRM_CHANGE:
            return text
    what, where = counted(changes, "change"), counted(len(targets), "resource")
    return f"{what} to {where}, exactly as shown."


def _undo_limits(recipe: Recipe) -> str:
    if recipe.reversible is Reversible.NO:
        return "This cannot be undone."
    return f"Undo will not restore {recipe.not_restored}." if recipe.reversible is Reversible.PARTLY else ""


def _deny(view: CardView, value: str) -> Block | None:
    shown = button_targets(view)
    if not shown or not view.has_deciders:
        return None
    total = len(view.in_state(*ANSWERABLE))
    label = "Deny…" if total == 1 else f"Deny all {total}…" if len(shown) == total else f"Deny these {len(shown)}…"
    return button(label, ActionId.DENY, value)


def _defer_buttons(view: CardView, value: str) -> tuple[Block | None, Block | None]:
    """Return the Hand over and Exempt buttons, None for one that is not offered."""
    if not button_targets(view) or not view.has_deciders:
        return None, None
    exempt = (
        None
        if any(target.exemption_request.by for target in view.targets)
        else button("Exempt…", ActionId.EXEMPT, value)
    )
    return button("Hand over…", ActionId.HAND_OVER, value), exempt


def _ask_again(view: CardView, value: str) -> Block | None:
    targets = view.in_state(*ASK_AGAIN_STATES)
    if not targets or not view.policy_readable:
        return None
    return button("Ask again" if len(view.targets) == 1 else f"Ask again ({len(targets)})", ActionId.ASK_AGAIN, value)


def _withdraw_approval(view: CardView, value: str) -> Block | None:
    """Offer to withdraw approvals that wait for a change window or for the end of a pause."""
    waits = [target for target in view.in_state(State.APPROVED) if target.attempt.not_before or view.why_no_approve]
    if not waits or not view.policy_readable:
        return None
    label = "Take the approval back" if len(view.targets) == 1 else f"Take {counted(len(waits), 'approval')} back"
    return button(label, ActionId.TAKE_BACK, value)


def undoable(view: CardView) -> bool:
    """Return whether any target can still be undone."""
    if view.recipe.reversible is Reversible.NO or not view.policy_readable:
        return False
    return any(_within_undo_period(target, view) for target in view.targets if target.undoable)


def _within_undo_period(target: CaseTarget, view: CardView) -> bool:
    since = target.decision.at or target.attempt.proved_at
    if not target.attempt.run_id or not since:
        return False
    return view.now < datetime.fromisoformat(since) + timedelta(days=view.undo_days)
