"""How long people are asked: since when a question waits, and when it lapses."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.policy import Policy
from bot.domain.target import CaseTarget
from bot.flows.policy.subject import subject_of
from bot.store import keys


def asked(target: CaseTarget) -> str:
    """Since when this question waits. Reading its plan again does not make it another one."""
    return target.proposal.asked_at or target.proposal.planned_at


def plan_ends(target: CaseTarget, policy: Policy) -> datetime:
    """Until when its plan may be approved."""
    return keys.parse(target.proposal.planned_at) + timedelta(hours=policy.plan_hours)


def lapses(target: CaseTarget, policy: Policy) -> datetime:
    """When nobody is asked any more: with its plan, but not before the last reminder has had as much time."""
    route = policy.route(subject_of(target))
    told = [*route.remind, *([route.escalate.after] if route.escalate else [])]
    ends = plan_ends(target, policy)
    return max(ends, keys.parse(asked(target)) + max(told) + timedelta(hours=policy.plan_hours)) if told else ends
