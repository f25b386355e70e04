"""Common modals: notes, Deny, Undo, Review, Details. Each opens as a placeholder and is updated with content. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.plan import Plan, Reversible, SettingConflict
from bot.slack.cards.plan import BULLET
from bot.slack.cards.states import STATE_ORDER, state_lines
from bot.slack.cards.view import CardView, Recipe
from bot.slack.ids import ActionId, BlockId, CallbackId, ListPage, Metadata
from bot.slack.modals import review as review_page
from bot.slack.modals.review import ReviewPage, plan_lines, submit_label
from bot.slack.text.blocks import Block, context, divider, escape, paragraphs, plain_text, section
from bot.slack.text.values import conflict_line

View = dict[str, Any]

MAX_REASON: Final = 500
_MAX_TITLE: Final = 24
_DETAILS: Final = 40
"""Targets that Details lists: at two blocks each, below Slack's limit of 100."""


_DENY_EXPLANATION: Final = (
    "Nothing is changed. You are asked again when what would change differs, or when the policy's time for a Deny "
    "is over. It still fails, and still counts in the score."
)


@dataclass(frozen=True)
class UndoProblem:
    """Reason why one target cannot be undone, or the settings that were changed since the fix."""

    name: str
    reason: str = ""
    conflicts: tuple[SettingConflict, ...] = ()


def form(
    callback: CallbackId, title: str, meta: Metadata | ListPage | None, blocks: Sequence[Block], *, submit: str = ""
) -> View:
    """Build a modal; with `submit` it has a submit button."""
    view: View = {
        "type": "modal",
        "callback_id": callback.value,
        "title": plain_text(title, _MAX_TITLE),
        "close": plain_text("Close" if not submit else "Not yet", _MAX_TITLE),
        "private_metadata": meta.text if meta else "",
        "blocks": list(blocks),
    }
    return view | ({"submit": plain_text(submit, _MAX_TITLE)} if submit else {})


def note(title: str, text: str, meta: Metadata | None = None) -> View:
    """Build a modal with one message. `text` is mrkdwn with external parts already escaped."""
    return form(CallbackId.NOTE, title, meta, [section(text)])


def deny(meta: Metadata) -> View:
    """Ask for the reason of a denial."""
    return form(CallbackId.DENY, "Deny", meta, [section(_DENY_EXPLANATION), _reason_input()], submit="Deny")


def _reason_input() -> Block:
    return {
        "type": "input",
        "block_id": BlockId.DENY_REASON.value,
        "label": plain_text("Why not?"),
        "hint": plain_text("Everybody in the channel sees it on the card, and it stands in the audit record.", 150),
        "element": {
            "type": "plain_text_input",
            "action_id": ActionId.DENY_REASON.value,
            "multiline": True,
            "min_length": 3,
            "max_length": MAX_REASON,
        },
    }


def undo_placeholder(meta: Metadata) -> View:
    """Placeholder while the current settings are read."""
    return form(CallbackId.NOTE, "Undo", meta, [section("⏳ Reading the current settings…")])


def undo_preview(
    meta: Metadata, plans: Sequence[tuple[str, Plan]], problems: Sequence[UndoProblem], recipe: Recipe
) -> View:
    """Show the exact changes that Undo makes, and its limits. Without plans there is no submit button."""
    lines = [line for _, plan in plans for line in plan_lines(plan)]
    whole = review_page.all_shown(lines)
    offered = bool(plans) and whole
    blocks = [
        *(
            _undo_changes(plans)
            if whole
            else [section("These changes are too long to be shown, so Undo is not offered.")]
        ),
        *_undo_problems(problems),
        *(_undo_warnings(recipe) if offered else []),
    ]
    if not offered:
        return form(CallbackId.NOTE, "Undo", meta, blocks or [section("There is nothing to undo.")])
    return form(CallbackId.UNDO, "Undo", meta, blocks, submit="Undo exactly this")


def _undo_changes(plans: Sequence[tuple[str, Plan]]) -> list[Block]:
    lines: list[str] = []
    for name, plan in plans:
        lines += [f"*{name}*", *(f"{BULLET}{line.text}" for line in plan_lines(plan))]
    return (
        paragraphs(["Undo changes exactly this, and nothing that somebody has changed since:", *lines]) if lines else []
    )


def _undo_problems(problems: Sequence[UndoProblem]) -> list[Block]:
    lines: list[str] = []
    for problem in problems[:10]:
        lines.append(f"⚠️ *{problem.name} is not undone.* {escape(problem.reason, 300)}".rstrip())
        lines += ["Somebody has changed it since the fix:"] if problem.conflicts else []
        lines += [f"{BULLET}{conflict_line(conflict)}" for conflict in problem.conflicts[:10]]
    return paragraphs(lines)


def _undo_warnings(recipe: Recipe) -> list[Block]:
    lines = ["The problem is there afterwards: the finding fails, and counts in the score."]
    if recipe.reversible is Reversible.PARTLY:
        lines.append(f"Not restored: {escape(recipe.not_restored, 300)}.")
    return [context("\n".join(lines))]


def review_placeholder(meta: Metadata) -> View:
    """Placeholder while the page is loaded."""
    return form(CallbackId.REVIEW, "Review", meta, [section("⏳ Gathering the targets…")])


def review(view: CardView, page: ReviewPage, meta: Metadata, recorded: str = "") -> View:
    """Show a page of targets with plan and evidence. Submitting it approves the manifest in `meta`.

    `recorded` describes a decision already made here; it replaces the submit button.
    """
    submit = "" if recorded or not meta.manifest else submit_label(view, page)
    return form(CallbackId.REVIEW, "Review", meta, review_page.blocks(view, page, recorded), submit=submit)


def details_placeholder(meta: Metadata) -> View:
    """Placeholder while the case is read."""
    return form(CallbackId.DETAILS, "Details", meta, [section("⏳ Reading…")])


def details(view: CardView, meta: Metadata) -> View:
    """Show what the card has no room for: each state in full, then each target."""
    states = [block for state in STATE_ORDER for block in paragraphs(state_lines(view, state))]
    targets = sorted(view.targets, key=lambda target: (target.resource.region, target.resource.id, target.target_id))
    listed = [block for target in targets[:_DETAILS] for block in review_page.target_blocks(target, more=True)[:2]]
    rest = (
        [context(f"and {len(targets) - _DETAILS} more; *Review…* pages through all")] if len(targets) > _DETAILS else []
    )
    blocks = [*states[:10], divider(), *listed, *rest]
    return form(CallbackId.DETAILS, "Details", meta, blocks)
