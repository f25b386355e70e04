"""Review: a case's targets page by page, each with its evidence and its whole plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.plan import Evidence, Plan
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.plan import BULLET, Group, answer, decidable
from bot.slack.cards.view import (
    CardView,
    called,
    current_approvers,
    deciders,
    distinct,
    effects_of,
    no_approve_reason,
    undo_words,
    who,
)
from bot.slack.ids import AboutValue, ActionId, ButtonValue
from bot.slack.modals.change_reference import reference_input
from bot.slack.text.blocks import Block, actions, button, divider, dotted, escape, paragraphs, section
from bot.slack.text.values import Line, long_lines

PAGE: Final = 8
"""Targets on a page: at most eight blocks each, below Slack's 100 a modal."""

LONG_VALUE: Final = 2_400
"""The longest value that a modal shows whole."""

TARGET_CHARACTERS: Final = 15_000


@dataclass(frozen=True)
class Page:
    """One page of a review: its targets, in an order that decisions do not change, and its place."""

    targets: tuple[CaseTarget, ...]
    number: int
    total: int

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.number + 1 >= self.total


def page_of(view: CardView, number: int) -> Page:
    """The page with this number (from 0), or the last one."""
    targets = sorted(view.targets, key=lambda target: (target.resource.region, target.resource.id, target.target_id))
    total = max(1, -(-len(targets) // PAGE))
    at = min(max(number, 0), total - 1)
    return Page(tuple(targets[at * PAGE : (at + 1) * PAGE]), at, total)


def approvable(view: CardView, page: Page) -> tuple[CaseTarget, ...]:
    """The targets of the page whose whole plan is shown and may be approved: the page's manifest."""
    known = {target.target_id for target in decidable(view)}
    return tuple(target for target in page.targets if target.target_id in known and _is_whole(target))


def _is_whole(target: CaseTarget) -> bool:
    lines = _plan_lines(target)
    return all(line.whole for line in lines) and sum(len(line.text) for line in lines) <= TARGET_CHARACTERS


def _plan_lines(target: CaseTarget) -> list[Line]:
    plan = target.proposal.plan
    return plan_lines(plan) if plan else []


def plan_lines(plan: Plan) -> list[Line]:
    """The parameters and changes of a plan, with values as long as a modal can show."""
    used = Group((), plan, LONG_VALUE).used
    return [*used, *(line for change in plan.changes for line in long_lines(change, LONG_VALUE))]


def blocks(view: CardView, page: Page, recorded: str = "") -> list[Block]:
    """The page: its targets, then who may decide on them, or what was decided, then the way on."""
    targets = [block for target in page.targets for block in [*target_blocks(target, more=True), divider()]]
    decide = [section(recorded)] if recorded else _decide(view, page)
    return [section(_heading(page, len(view.targets))), divider(), *targets, *decide, *_turning(view, page)]


def submit_label(view: CardView, page: Page) -> str:
    """What submitting this page would do; '' where it could do nothing."""
    number = len(approvable(view, page))
    if not number or no_approve_reason(view):
        return ""
    return "Approve" if len(view.targets) == 1 else f"Approve these {number}"


def _heading(page: Page, total: int) -> str:
    if page.total == 1:
        return f"*All {total} targets of this card*" if total > 1 else "*The target of this card*"
    first = page.number * PAGE + 1
    return f"*Targets {first} to {first + len(page.targets) - 1} of {total}* · page {page.number + 1} of {page.total}"


def target_blocks(target: CaseTarget, *, more: bool = False) -> list[Block]:
    """One target: who it is, what depends on it, what would change; `more` leads to all that is known of it."""
    lines = _plan_lines(target) if target.state is State.PROPOSED else []
    shown = (
        [f"{BULLET}{line.text}" for line in lines]
        if _is_whole(target)
        else ["This plan is too long to be shown, so it cannot be approved in Slack."]
    )
    changes = ["", "*Would change exactly this*", *shown] if lines else []
    evidence = ["", "*Depends on it*", *map(_answer, target.proposal.evidence[:10])] if target.proposal.evidence else []
    first, *rest = paragraphs([_name_line(target), *_note(target), *evidence, *changes])
    return [first | {"accessory": _more(target)} if more else first, *rest]


def _more(target: CaseTarget) -> Block:
    return button("More…", ActionId.ABOUT, AboutValue(case_id=target.case_id, target_id=target.target_id).text)


def _name_line(target: CaseTarget) -> str:
    facts = [called(target), escape(target.resource.region, 40), target.state.replace("_", " ")]
    controls = ", ".join(escape(control, 60) for control in target.open_controls[:8])
    yes = ", ".join(who(user) for user in current_approvers(target)[:6])
    return dotted(distinct([*facts, f"{controls} open" if controls else "", f"approved by {yes}" if yes else ""]))


def _note(target: CaseTarget) -> list[str]:
    return [f"⚠️ {escape(target.note, 300)}"] if target.note else []


def _answer(evidence: Evidence) -> str:
    return f"{BULLET}{escape(evidence.question, 150)}  {answer(evidence)}"


def _decide(view: CardView, page: Page) -> list[Block]:
    if reason := no_approve_reason(view):
        return [section(f"*No Approve here.* {reason}")]
    if not approvable(view, page):
        return [section("Nothing on this page waits for a decision.")]
    said = distinct([f"{deciders(view.approvers)} may approve", *effects_of(view.recipe), undo_words(view)])
    field = [reference_input(view.reference)] if view.reference else []
    return [section(dotted(said)), *field]


def _turning(view: CardView, page: Page) -> list[Block]:
    value = ButtonValue(view.case.id).text
    back = button("← Page before", ActionId.PAGE_BACK, value) if page.number else None
    return actions(back, None if page.is_last else button("Next page →", ActionId.PAGE_ON, value))


def whole(lines: Sequence[Line]) -> bool:
    """Whether every one of these lines shows its values in full."""
    return all(line.whole for line in lines)
