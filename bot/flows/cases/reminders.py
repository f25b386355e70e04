"""Reminders of a proposal that nobody has answered, and its escalation.

The sweep marks the case by a conditional write and requests a render. Rendering the card notes the mark for the
channel, and `bot.flows.cards.reminder_digest` posts everything that is noted in one message. A mark names the proposal
by the time since which people have been asked, so a proposal that is asked again is another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.case import Case
from bot.domain.policy import Policy, Route, Stage
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.flows.policy.deciders import route_of
from bot.store import keys


def since(case: Case, targets: Sequence[CaseTarget]) -> str:
    """Return since when a proposal on this card has waited for people; '' if none waits."""
    asked = [target.proposal.asked_since for target in targets if target.state is State.PROPOSED]
    return max(case.posted_at, min(asked)) if case.ts and asked else ""


def next_times(case: Case, targets: Sequence[CaseTarget], policy: Policy) -> Iterator[datetime]:
    """Yield when the next reminder and the escalation are due, outside quiet hours."""
    asked, route = since(case, targets), route_of(targets, policy)
    if not asked or not _can_decide(case, policy):
        return
    if at := _reminder_due(case, asked, route):
        yield route.quiet.until(at, case.severity) or at
    if route.escalate and (at := _escalation_due(case, asked, route)):
        at = policy.quiet(route.escalate.channel).until(at, case.severity) or at
        yield route.quiet.until(at, case.severity) or at


def marks(case: Case, targets: Sequence[CaseTarget], policy: Policy, now: datetime) -> dict[str, str]:
    """Return the marks to set on the case now; none in quiet hours, nor if nothing can be decided."""
    asked, route = since(case, targets), route_of(targets, policy)
    if not asked or not _can_decide(case, policy) or route.quiet.until(now, case.severity):
        return {}
    found: dict[str, str] = {}
    if (at := _reminder_due(case, asked, route)) and at <= now:
        number = sum(keys.parse(asked) + after <= now for after in route.remind)
        found["reminder"] = f"{asked}#{number}"
    there = policy.quiet(route.escalate.channel).until(now, case.severity) if route.escalate else None
    if (at := _escalation_due(case, asked, route)) and at <= now and not there:
        found["escalation"] = asked
    return found


def _reminder_due(case: Case, asked: str, route: Route) -> datetime | None:
    """Return when the next reminder is due; not at once if the card has just had one for another proposal."""
    if not route.remind:
        return None
    about, _, number = case.reminder.partition("#")
    done = min(int(number or 0), len(route.remind))
    if about == asked:
        return keys.parse(asked) + route.remind[done] if done < len(route.remind) else None
    first = keys.parse(asked) + route.remind[0]
    return max(first, keys.parse(about) + route.remind[done - 1] + route.remind[0]) if about else first


def _escalation_due(case: Case, asked: str, route: Route) -> datetime | None:
    """As `_reminder_due`, for the one escalation that a proposal has."""
    if route.escalate is None or case.escalation == asked:
        return None
    at = keys.parse(asked) + route.escalate.after
    return max(at, keys.parse(case.escalation) + 2 * route.escalate.after) if case.escalation else at


def _can_decide(case: Case, policy: Policy) -> bool:
    return policy.stage(case.account) in {Stage.APPROVE, Stage.AUTO} and not policy.dry_run
