"""The card's buttons: each says what will happen, and stands only where it would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.domain.plan import Reversible
from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.slack.cards.durability import came_back
from bot.slack.cards.plan import Group, shown, targets_of, visible_groups
from bot.slack.cards.view import CardView, Recipe, effects_of, no_approve_reason
from bot.slack.ids import ActionId
from bot.slack.text.blocks import Block, actions, button, confirmation, counted
from bot.slack.text.values import words

ASK_AGAIN: Final = (
    State.STALE,
    State.FAILED,
    State.DENIED,
    State.LAPSED,
    State.HANDED_OVER,
    State.DISPUTED,
    State.UNDONE,
)
"""States that a card's "Ask again" is about. An exemption ends by its own date."""

_CONFIRM_CHANGE: Final = 120


def buttons(view: CardView, value: str) -> list[Block]:
    """The card's row of buttons: only those that would do something now."""
    hand_over, exempt = _leave(view, value)
    again = bool(came_back(view))  # what comes back is best mended where it is defined
    return actions(
        hand_over if again else None,
        _approve(view, value),
        _deny(view, value),
        None if again else hand_over,
        exempt,
        button("Review…", ActionId.REVIEW, value) if view.those(State.PROPOSED) else None,
        _take_back(view, value),
        _ask_again(view, value),
        button("Undo…", ActionId.UNDO, value) if undoable(view) else None,
        None if view.those(State.PROPOSED) else button("Details…", ActionId.DETAILS, value),
    )


def _approve(view: CardView, value: str) -> Block | None:
    groups = visible_groups(view)
    if not groups or no_approve_reason(view):
        return None
    targets = tuple(targets_of(groups))
    label = approve_label(len(targets), len(view.those(State.PROPOSED)))
    if view.reference:  # the form that asks for it is the confirmation
        return button(f"{label}…", ActionId.APPROVE, value, style="primary")
    return button(label, ActionId.APPROVE, value, style="primary", confirm=approve_confirmation(view, groups))


def approve_label(number: int, total: int) -> str:
    """What Approve will do: for one, for all, or for some."""
    if total == 1:
        return "Approve"
    return f"Approve all {number}" if number == total else f"Approve these {number} of {total}"


def approve_confirmation(view: CardView, groups: list[Group]) -> Block:
    """Asks once more: what exactly, for how many, with which effects, and what Undo will not restore."""
    targets = tuple(targets_of(groups))
    effects = ", ".join(effects_of(view.recipe))
    told = [_what(groups, targets), f"Effects: {effects}." if effects else "", _no_way_back(view.recipe)]
    return confirmation(_question(view, targets), " ".join(part for part in told if part), "Approve")


def _question(view: CardView, targets: tuple[CaseTarget, ...]) -> str:
    """What the recipe does, and to what or to how many."""
    named = targets[0].resource.label if len(targets) == 1 else counted(len(targets), "resource")
    return f"{view.recipe.title[:60]}: {named}?"


def _what(groups: list[Group], targets: tuple[CaseTarget, ...]) -> str:
    changes = sum(len(group.plan.changes) * len(group.targets) for group in groups)
    if len(targets) == 1 and changes == 1:
        only = groups[0].plan.changes[0]
        said = f"{only.setting}: {words(only.before)} → {words(only.after)}."
        if len(said) <= _CONFIRM_CHANGE:
            return said
    what, where = counted(changes, "change"), counted(len(targets), "resource")
    return f"{what} to {where}, exactly as shown."


def _no_way_back(recipe: Recipe) -> str:
    if recipe.reversible is Reversible.NO:
        return "This cannot be undone."
    return f"Undo will not restore {recipe.not_restored}." if recipe.reversible is Reversible.PARTLY else ""


def _deny(view: CardView, value: str) -> Block | None:
    decided = shown(view)
    if not decided or not view.somebody_decides:
        return None
    total = len(view.those(*ANSWERABLE))
    label = "Deny…" if total == 1 else f"Deny all {total}…" if len(decided) == total else f"Deny these {len(decided)}…"
    return button(label, ActionId.DENY, value)


def _leave(view: CardView, value: str) -> tuple[Block | None, Block | None]:
    """The two answers that leave it as it is for a time: Hand over, Exempt."""
    if not shown(view) or not view.somebody_decides:
        return None, None
    exempt = (
        None
        if any(target.exemption_request.by for target in view.targets)
        else button("Exempt…", ActionId.EXEMPT, value)
    )
    return button("Hand over…", ActionId.HAND_OVER, value), exempt


def _ask_again(view: CardView, value: str) -> Block | None:
    targets = view.those(*ASK_AGAIN)
    if not targets or not view.policy_readable:
        return None
    return button("Ask again" if len(view.targets) == 1 else f"Ask again ({len(targets)})", ActionId.ASK_AGAIN, value)


def _take_back(view: CardView, value: str) -> Block | None:
    """For what is approved and waits: for its time, or for the end of a pause."""
    waits = [target for target in view.those(State.APPROVED) if target.attempt.not_before or view.why_no_approve]
    if not waits or not view.policy_readable:
        return None
    label = "Take the approval back" if len(view.targets) == 1 else f"Take {counted(len(waits), 'approval')} back"
    return button(label, ActionId.TAKE_BACK, value)


def undoable(view: CardView) -> bool:
    """Whether anything here can still be taken back."""
    if view.recipe.reversible is Reversible.NO or not view.policy_readable:
        return False
    return any(_in_time(target, view) for target in view.targets if target.undoable)


def _in_time(target: CaseTarget, view: CardView) -> bool:
    since = target.decision.at or target.attempt.proved_at
    if not target.attempt.run_id or not since:
        return False
    return view.now < datetime.fromisoformat(since) + timedelta(days=view.undo_days)
