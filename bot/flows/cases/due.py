"""When a case has to be looked at again though nothing arrives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.case import Case
from bot.domain.policy import Policy
from bot.domain.states import State, Step
from bot.domain.target import CaseTarget
from bot.flows.cases import deadlines, reminders
from bot.store import keys

REPLAN_LOST: Final = timedelta(seconds=60)
REPLAN_REFUSED: Final = timedelta(hours=1)
UNCONFIRMED: Final = timedelta(hours=26)
"""Security Hub's periodic checks run within 24 hours; a fix that it has not confirmed by then is disputed."""


def next_look(case: Case, targets: Sequence[CaseTarget], policy: Policy, now: datetime) -> str:
    """The earliest time at which this case or one of its targets has something due, or nothing."""
    steps = (found[1] for target in targets if (found := due_step(target, policy, now)))
    times = map(keys.stamp, (*steps, *reminders.next_times(case, targets, policy)))
    return min((*times, *filter(None, (case.held_until,))), default="")


def due_step(target: CaseTarget, policy: Policy, now: datetime) -> tuple[Step, datetime] | None:
    """What time does to this target, and when; None when nothing."""
    if target.unread:
        return Step.REPLAN, now + (REPLAN_REFUSED if target.note else REPLAN_LOST)
    match target.state:
        case State.PROPOSED:
            return _waiting(target, policy)
        case State.APPROVED:
            may_begin = max(target.decision.at, target.attempt.not_before)
            return Step.EXPIRE, keys.parse(may_begin) + timedelta(hours=policy.approval_hours)
        case State.FIXED:
            return Step.UNCONFIRMED, keys.parse(target.attempt.proved_at) + UNCONFIRMED
        case State.DENIED:
            return Step.ASK_AGAIN, keys.parse(target.decision.at) + timedelta(days=policy.deny_days)
        case State.HANDED_OVER if target.decision.until:
            return Step.ASK_AGAIN, keys.parse(target.decision.until)
        case _:
            return None


def _waiting(target: CaseTarget, policy: Policy) -> tuple[Step, datetime]:
    """A question lapses; while people are still to be reminded of it, its plan is read anew instead."""
    ends, last = deadlines.plan_ends(target, policy), deadlines.lapses(target, policy)
    return (Step.REPLAN, ends) if ends < last else (Step.LAPSE, last)
