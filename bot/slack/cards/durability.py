"""Why a fix may not last: it has come back before, or something defines the resource that knows nothing of the fix."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.states import ANSWERABLE, State
from bot.domain.target import CaseTarget
from bot.domain.target_record import PastFix
from bot.slack.cards.view import CardView, names, who
from bot.slack.text.blocks import code, day, escape

RECENT: Final = timedelta(days=14)
"""What fails again within this time of our fix has come back."""

STACK: Final = "aws:cloudformation:stack-name"


def recent_fixes(target: CaseTarget, now: datetime) -> tuple[PastFix, ...]:
    """Fixes of ours after which it fails again so soon that something seems to put it back."""
    return tuple(fix for fix in target.past_fixes if now - datetime.fromisoformat(fix.at) <= RECENT)


def came_back(view: CardView) -> tuple[CaseTarget, ...]:
    """The targets that wait for an answer though they were fixed not long ago."""
    return tuple(target for target in view.those(*ANSWERABLE) if recent_fixes(target, view.now))


def origin_lines(view: CardView) -> list[str]:
    """What the card says of both, while somebody is to decide."""
    waiting = view.those(*ANSWERABLE, State.NEW)
    return [line for line in (_came_back(view), _defined_by(view, waiting)) if line]


def _came_back(view: CardView) -> str:
    targets = came_back(view)
    if not targets:
        return ""
    fixes = recent_fixes(targets[0], view.now)
    last, times = fixes[-1], len(targets[0].past_fixes) + 1
    by = "the policy" if last.auto else who(last.by)
    which = "" if len(view.targets) == 1 else f": {names(targets)}"
    return f"🔁 *Came back ({_nth(times)} time)*, fixed by {by} · {day(last.at)}{which}. Something puts it back."


def _nth(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _defined_by(view: CardView, targets: Sequence[CaseTarget]) -> str:
    """One stack or module named, others counted."""
    found = dict.fromkeys(origin for target in targets if (origin := origin_of(target, view.iac_tags)))
    if not found:
        return ""
    kind, name = next(iter(found))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"🏗️ Defined by {kind} {code(name, 80)}{more}: a fix here drifts from that, and may be put back by it."


def origin_of(target: CaseTarget, iac_tags: Sequence[str]) -> tuple[str, str] | None:
    """What defines this resource, by its tags: a CloudFormation stack, or what the policy's tags say."""
    if stack := target.tags.get(STACK):
        return "the stack", stack
    tag = next((tag for tag in iac_tags if target.tags.get(tag)), "")
    return (escape(tag, 60), target.tags[tag]) if tag else None
