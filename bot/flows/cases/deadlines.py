"""Deadlines of targets and cases: when a proposal lapses, and when the sweep has to look at a case again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.case import Case
from bot.domain.policy import Policy
from bot.domain.states import State, Step
from bot.domain.target import CaseTarget
from bot.flows.cases import reminders
from bot.flows.policy.subject import subject_of
from bot.store import keys

REPLAN_LOST: Final = timedelta(seconds=60)
REPLAN_REFUSED: Final = timedelta(hours=1)
UNCONFIRMED: Final = timedelta(hours=26)
"""Security Hub's periodic checks run within 24 hours; a fix that it has not confirmed by then is disputed."""


def plan_ends(target: CaseTarget, policy: Policy) -> datetime:
    """Return until when the plan may be approved."""
    return keys.parse(target.proposal.planned_at) + timedelta(hours=policy.plan_hours)


def lapses(target: CaseTarget, policy: Policy) -> datetime:
    """Return when the proposal lapses: with its plan, but as long after the last reminder as a plan is valid."""
    route = policy.route(subject_of(target))
    reminded = [*route.remind, *([route.escalate.after] if route.escalate else [])]
    ends = plan_ends(target, policy)
    if not reminded:
        return ends
    return max(ends, keys.parse(target.proposal.asked_since) + max(reminded) + timedelta(hours=policy.plan_hours))


def next_look(case: Case, targets: Sequence[CaseTarget], policy: Policy, now: datetime) -> str:
    """Return the earliest time at which something is due for this case or one of its targets, or ''."""
    steps = (found[1] for target in targets if (found := due_step(target, policy, now)))
    times = map(keys.stamp, (*steps, *reminders.next_times(case, targets, policy)))
    return min((*times, *filter(None, (case.held_until,))), default="")


def due_step(target: CaseTarget, policy: Policy, now: datetime) -> tuple[Step, datetime] | None:
    """Return the step that the passing of time leads to, and when; None if there is none."""
    if target.unread:
        return Step.REPLAN, now + (REPLAN_REFUSED if target.note else REPLAN_LOST)
    match target.state:
        case State.PROPOSED:
            return _proposed(target, policy)
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


def _proposed(target: CaseTarget, policy: Policy) -> tuple[Step, datetime]:
    """A proposal lapses; while reminders of it are still to come, its plan is read again instead."""
    ends, last = plan_ends(target, policy), lapses(target, policy)
    return (Step.REPLAN, ends) if ends < last else (Step.LAPSE, last)
