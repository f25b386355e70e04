"""Review: the targets of a case page by page, with evidence and full plans. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.plan import Evidence, Plan
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.plan import BULLET, Group, answer_text, decidable
from bot.slack.cards.view import (
    CardView,
    current_approvers,
    deciders,
    distinct,
    effect_texts,
    mention_of,
    no_approve_reason,
    target_name,
    undo_text,
)
from bot.slack.ids import ActionId, ButtonValue, DetailsValue
from bot.slack.modals.change_reference import reference_input
from bot.slack.text.blocks import Block, actions, button, divider, escape, join_parts, paragraphs, section
from bot.slack.text.values import SettingLine, full_change_lines

PAGE: Final = 8
"""Targets on a page: at most eight blocks each, below Slack's limit of 100 per modal."""

LONG_VALUE: Final = 2_400
"""Longest value that a modal shows in full."""

TARGET_CHARACTERS: Final = 15_000


@dataclass(frozen=True)
class ReviewPage:
    """One page of a review: its targets, in an order that decisions do not change, and its number (from 0)."""

    targets: tuple[CaseTarget, ...]
    number: int
    total: int

    @property
    def is_last(self) -> bool:
        return self.number + 1 >= self.total


def page_of(view: CardView, number: int) -> ReviewPage:
    """Return the page with this number (from 0), or the last one."""
    targets = sorted(view.targets, key=lambda target: (target.resource.region, target.resource.id, target.target_id))
    total = max(1, -(-len(targets) // PAGE))
    at = min(max(number, 0), total - 1)
    return ReviewPage(tuple(targets[at * PAGE : (at + 1) * PAGE]), at, total)


def approvable(view: CardView, page: ReviewPage) -> tuple[CaseTarget, ...]:
    """Return the page's manifest: targets whose plan is shown in full and may be approved."""
    known = {target.target_id for target in decidable(view)}
    return tuple(target for target in page.targets if target.target_id in known and _is_whole(target))


def _is_whole(target: CaseTarget) -> bool:
    lines = _plan_lines(target)
    return all(line.whole for line in lines) and sum(len(line.text) for line in lines) <= TARGET_CHARACTERS


def _plan_lines(target: CaseTarget) -> list[SettingLine]:
    plan = target.proposal.plan
    return plan_lines(plan) if plan else []


def plan_lines(plan: Plan) -> list[SettingLine]:
    """Return a plan's parameters and changes, with values as long as a modal can show."""
    parameters = Group((), plan, LONG_VALUE).parameter_lines
    return [*parameters, *(line for change in plan.changes for line in full_change_lines(change, LONG_VALUE))]


def blocks(view: CardView, page: ReviewPage, recorded: str = "") -> list[Block]:
    """Render the targets, then who may decide or what was decided, then the page buttons."""
    targets = [block for target in page.targets for block in [*target_blocks(target, more=True), divider()]]
    decide = [section(recorded)] if recorded else _decision_blocks(view, page)
    return [section(_heading(page, len(view.targets))), divider(), *targets, *decide, *_page_buttons(view, page)]


def submit_label(view: CardView, page: ReviewPage) -> str:
    """Return the label of the submit button, '' if the page cannot be approved."""
    number = len(approvable(view, page))
    if not number or no_approve_reason(view):
        return ""
    return "Approve" if len(view.targets) == 1 else f"Approve these {number}"


def _heading(page: ReviewPage, total: int) -> str:
    if page.total == 1:
        return f"*All {total} targets of this card*" if total > 1 else "*The target of this card*"
    first = page.number * PAGE + 1
    return f"*Targets {first} to {first + len(page.targets) - 1} of {total}* · page {page.number + 1} of {page.total}"


def target_blocks(target: CaseTarget, *, more: bool = False) -> list[Block]:
    """Render one target with its evidence and plan; `more` adds a button to its details."""
    lines = _plan_lines(target) if target.state is State.PROPOSED else []
    shown = (
        [f"{BULLET}{line.text}" for line in lines]
        if _is_whole(target)
        else ["This plan is too long to be shown, so it cannot be approved in Slack."]
    )
    changes = ["", "*Would change exactly this*", *shown] if lines else []
    evidence = (
        ["", "*Depends on it*", *map(_evidence_line, target.proposal.evidence[:10])] if target.proposal.evidence else []
    )
    first, *rest = paragraphs([_name_line(target), *_note(target), *evidence, *changes])
    return [first | {"accessory": _details_button(target)} if more else first, *rest]


def _details_button(target: CaseTarget) -> Block:
    return button(
        "More…", ActionId.FINDING_DETAILS, DetailsValue(case_id=target.case_id, target_id=target.target_id).text
    )


def _name_line(target: CaseTarget) -> str:
    facts = [target_name(target), escape(target.resource.region, 40), target.state.replace("_", " ")]
    controls = ", ".join(escape(control, 60) for control in target.open_controls[:8])
    yes = ", ".join(mention_of(user) for user in current_approvers(target)[:6])
    return join_parts(distinct([*facts, f"{controls} open" if controls else "", f"approved by {yes}" if yes else ""]))


def _note(target: CaseTarget) -> list[str]:
    return [f"⚠️ {escape(target.note, 300)}"] if target.note else []


def _evidence_line(evidence: Evidence) -> str:
    return f"{BULLET}{escape(evidence.question, 150)}  {answer_text(evidence)}"


def _decision_blocks(view: CardView, page: ReviewPage) -> list[Block]:
    if reason := no_approve_reason(view):
        return [section(f"*No Approve here.* {reason}")]
    if not approvable(view, page):
        return [section("Nothing on this page waits for a decision.")]
    parts = distinct([f"{deciders(view.approvers)} may approve", *effect_texts(view.recipe), undo_text(view)])
    field = [reference_input(view.reference)] if view.reference else []
    return [section(join_parts(parts)), *field]


def _page_buttons(view: CardView, page: ReviewPage) -> list[Block]:
    value = ButtonValue(view.case.id).text
    back = button("← Page before", ActionId.PREVIOUS_PAGE, value) if page.number else None
    return actions(back, None if page.is_last else button("Next page →", ActionId.NEXT_PAGE, value))


def all_shown(lines: Sequence[SettingLine]) -> bool:
    """Return whether every line shows its values in full."""
    return all(line.whole for line in lines)
