"""When a case has to be looked at again though nothing arrives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.case import Case, Work
from bot.domain.policy import Policy
from bot.domain.states import State, Step
from bot.flows.cases import deadlines, reminders
from bot.store import keys

REPLAN_LOST: Final = timedelta(seconds=60)
REPLAN_REFUSED: Final = timedelta(hours=1)
UNCONFIRMED: Final = timedelta(hours=26)
"""Security Hub's periodic checks run within 24 hours; a fix that it has not confirmed by then is disputed."""


def next_look(case: Case, works: Sequence[Work], policy: Policy, now: datetime) -> str:
    """The earliest time at which this case or one of its targets has something due, or nothing."""
    steps = (found[1] for work in works if (found := due_step(work, policy, now)))
    times = map(keys.stamp, (*steps, *reminders.next_times(case, works, policy)))
    return min((*times, *filter(None, (case.held_until,))), default="")


def due_step(work: Work, policy: Policy, now: datetime) -> tuple[Step, datetime] | None:
    """What time does to this target, and when; None when nothing."""
    if work.unread:
        return Step.REPLAN, now + (REPLAN_REFUSED if work.note else REPLAN_LOST)
    match work.state:
        case State.PROPOSED:
            return _waiting(work, policy)
        case State.APPROVED:
            may_begin = max(work.decided_at, work.not_before)
            return Step.EXPIRE, keys.parse(may_begin) + timedelta(hours=policy.approval_hours)
        case State.FIXED:
            return Step.UNCONFIRMED, keys.parse(work.proved_at) + UNCONFIRMED
        case State.DENIED:
            return Step.ASK_AGAIN, keys.parse(work.decided_at) + timedelta(days=policy.deny_days)
        case State.HANDED_OVER if work.until:
            return Step.ASK_AGAIN, keys.parse(work.until)
        case _:
            return None


def _waiting(work: Work, policy: Policy) -> tuple[Step, datetime]:
    """A question lapses; while people are still to be reminded of it, its plan is read anew instead."""
    ends, last = deadlines.plan_ends(work, policy), deadlines.lapses(work, policy)
    return (Step.REPLAN, ends) if ends < last else (Step.LAPSE, last)
