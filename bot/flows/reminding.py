"""Reminders of a question that waits, and its escalation: each told once, in the thread or another channel.

The sweep marks on the case what is to be told, by a conditional write, and rings; the card's flow tells it when it
draws the card, looks first whether a lost try has told it, and marks it as told. A question that has been answered by
then is not reminded of. A mark names the question by the moment since which it waits: asked anew, it is another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from bot.domain.case import Case, Work
from bot.domain.errors import SlackRefused
from bot.domain.policy import Policy, Route, Stage
from bot.domain.ports import Update
from bot.domain.states import State
from bot.flows import question
from bot.flows.fit import require_fit
from bot.flows.viewing import approvers_of, route_of
from bot.slack import reminding as words
from bot.store import keys
from bot.world import World

_EVENT: Final = "cspm_reminder"


def since(case: Case, works: Sequence[Work]) -> str:
    """Since when people have been asked something on this card that still waits for them; '' when nothing does."""
    asked = [question.asked(work) for work in works if work.state is State.PROPOSED]
    return max(case.posted_at, min(asked)) if case.ts and asked else ""


def next_times(case: Case, works: Sequence[Work], policy: Policy) -> Iterator[datetime]:
    """When the next reminder and the escalation are due, quiet hours left out."""
    asked, route = since(case, works), route_of(works, policy)
    if not asked or not _can_decide(case, policy):
        return
    if at := _reminder_due(case, asked, route):
        yield route.quiet.until(at, case.severity) or at
    if route.escalate and (at := _escalation_due(case, asked, route)):
        at = policy.quiet(route.escalate.channel).until(at, case.severity) or at
        yield route.quiet.until(at, case.severity) or at


def marks(case: Case, works: Sequence[Work], policy: Policy, now: datetime) -> dict[str, str]:
    """The marks that are to be set on the case now; none in quiet hours, nor where nothing can be decided."""
    asked, route = since(case, works), route_of(works, policy)
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
    """When the next one comes: not at once for a question whose card has just been reminded of another one."""
    if not route.remind:
        return None
    about, _, number = case.reminder.partition("#")
    done = min(int(number or 0), len(route.remind))
    if about == asked:
        return keys.parse(asked) + route.remind[done] if done < len(route.remind) else None
    first = keys.parse(asked) + route.remind[0]
    return max(first, keys.parse(about) + route.remind[done - 1] + route.remind[0]) if about else first


def _escalation_due(case: Case, asked: str, route: Route) -> datetime | None:
    """As `_reminder_due`, of the one escalation that a question has."""
    if route.escalate is None or case.escalation == asked:
        return None
    at = keys.parse(asked) + route.escalate.after
    return max(at, keys.parse(case.escalation) + 2 * route.escalate.after) if case.escalation else at


def _can_decide(case: Case, policy: Policy) -> bool:
    return policy.stage(case.account) in {Stage.APPROVE, Stage.AUTO} and not policy.dry_run


def tell(case: Case, works: Sequence[Work], policy: Policy, world: World) -> None:
    """Tell what is marked and not told: under the card, and where it is escalated to."""
    if (case.reminder, case.escalation) == (case.reminder_told, case.escalation_told):
        return
    waiting, route = since(case, works), route_of(works, policy)
    asked = words.Asked(case, works, approvers_of(works, policy), world.clock.now(), waiting)
    if case.reminder != case.reminder_told:
        if waiting and case.reminder.startswith(waiting):
            _in_thread(case, case.reminder, words.reminder(asked), world)
        _told(case, {"reminder_told": case.reminder}, world)
    if case.escalation != case.escalation_told:
        if waiting and waiting == case.escalation:
            _escalate(asked, route, policy, world)
        _told(case, {"escalation_told": case.escalation}, world)


def _told(case: Case, sets: dict[str, str], world: World) -> None:
    world.table.write([Update(keys.case(case.id), sets=sets)])


def _in_thread(case: Case, mark: str, text: str, world: World) -> None:
    found = world.slack.call("conversations.replies", channel=case.channel, ts=case.ts, include_all_metadata=True)
    _once(found, mark, {"channel": case.channel, "thread_ts": case.ts, "text": text}, case, world)


def _escalate(asked: words.Asked, route: Route, policy: Policy, world: World) -> None:
    case, to = asked.case, route.escalate
    if to is None:
        return
    link = str(world.slack.call("chat.getPermalink", channel=case.channel, message_ts=case.ts)["permalink"])
    mark = f"{case.escalation}#{to.channel}"
    try:
        require_fit(to.channel, policy, world)
        found = world.slack.call("conversations.history", channel=to.channel, include_all_metadata=True, limit=100)
        _once(found, mark, {"channel": to.channel, **words.escalation(asked, link, to.mention).arguments}, case, world)
    except SlackRefused as refused:
        _in_thread(case, mark, words.not_escalated(to.channel, str(refused)), world)
    else:
        _in_thread(case, mark, words.escalated(to.channel), world)


def _once(found: dict[str, Any], mark: str, message: dict[str, Any], case: Case, world: World) -> None:
    """Post it, unless a try whose answer was lost has."""
    payload = {"case": case.id, "mark": mark}
    known = (one.get("metadata", {}).get("event_payload") for one in found.get("messages", ()))
    if payload not in known:
        metadata = {"event_type": _EVENT, "event_payload": payload}
        quiet = {"unfurl_links": False, "unfurl_media": False}
        world.slack.call("chat.postMessage", **message, **quiet, metadata=metadata)
