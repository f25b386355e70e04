"""Warnings that a fix may not last: it was fixed before, or infrastructure as code defines the resource."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.domain.target_record import PastFix
from bot.slack.cards.view import CardView, mention_of, target_names
from bot.slack.text.blocks import code, escape, local_date

RECENT: Final = timedelta(days=14)
"""A target that fails again within this time of the bot's fix counts as having come back."""

STACK: Final = "aws:cloudformation:stack-name"


def recent_fixes(target: CaseTarget, now: datetime) -> tuple[PastFix, ...]:
    """Return the bot's fixes of this target in the last 14 days."""
    return tuple(fix for fix in target.past_fixes if now - datetime.fromisoformat(fix.at) <= RECENT)


def came_back(view: CardView) -> tuple[CaseTarget, ...]:
    """Return the targets that wait for an answer although they were fixed recently."""
    return tuple(target for target in view.in_state(*ANSWERABLE) if recent_fixes(target, view.now))


def durability_lines(view: CardView) -> list[str]:
    """Return both warnings, while a decision is pending."""
    waiting = view.in_state(*ANSWERABLE, State.NEW)
    return [line for line in (_came_back_line(view), _defined_by_line(view, waiting)) if line]


def _came_back_line(view: CardView) -> str:
    targets = came_back(view)
    if not targets:
        return ""
    fixes = recent_fixes(targets[0], view.now)
    last, times = fixes[-1], len(targets[0].past_fixes) + 1
    by = "the policy" if last.auto else mention_of(last.by)
    which = "" if len(view.targets) == 1 else f": {target_names(targets)}"
    fixed = f"fixed by {by} · {local_date(last.at)}{which}"
    return f"🔁 *Came back ({_ordinal(times)} time)*, {fixed}. Something puts it back."


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _defined_by_line(view: CardView, targets: Sequence[CaseTarget]) -> str:
    found = dict.fromkeys(origin for target in targets if (origin := defined_by(target, view.iac_tags)))
    if not found:
        return ""
    kind, name = next(iter(found))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"🏗️ Defined by {kind} {code(name, 80)}{more}: a fix here drifts from that, and may be put back by it."


def defined_by(target: CaseTarget, iac_tags: Sequence[str]) -> tuple[str, str] | None:
    """Return kind and name of what defines the resource by its tags: a CloudFormation stack, or one of `iac_tags`."""
    if stack := target.tags.get(STACK):
        return "the stack", stack
    tag = next((tag for tag in iac_tags if target.tags.get(tag)), "")
    return (escape(tag, 60), target.tags[tag]) if tag else None
