"""Quiet hours: what would be a new message waits until they end, and comes with one summary instead of noise.

Cards that are there already stay up to date. What waits is a mark on the case, and one on its channel: by the first the
case comes back when its time has come, by the second the summary knows what there is to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.domain.case import Case
from bot.domain.policy import Policy
from bot.domain.ports import Item, Update
from bot.domain.states import CLOSED
from bot.domain.target import CaseTarget
from bot.flows.messaging.post_once import post_once
from bot.flows.policy.deciders import route_of
from bot.slack.pages.quiet_hours import QuietSummaryLine, summary
from bot.store import cases, keys
from bot.world import World

_HELD: Final = "held_"
_EVENT: Final = "cspm_quiet"


def holds(case: Case, targets: Sequence[CaseTarget], policy: Policy, now: datetime) -> datetime | None:
    """Until when nothing new is said of this case, or None."""
    return route_of(targets, policy).quiet.until(now, case.severity)


def over(case: Case, now: datetime) -> bool:
    """Whether it was held, and its time has come."""
    return bool(case.held_until) and case.held_until <= keys.stamp(now)


def needless(case: Case, targets: Sequence[CaseTarget]) -> bool:
    """Whether it was over before anybody was told of it."""
    return bool(case.held_until) and not case.ts and all(target.state in CLOSED for target in targets)


def hold(case: Case, until: datetime, world: World, removes: tuple[str, ...] = ()) -> None:
    """Mark the channel, then the case: both are due when the quiet is over, the channel for its summary."""
    at = keys.stamp(until)
    marked = {f"{_HELD}{case.id}": at, **_due(case.channel, keys.stamp(until + cases.OUTBOX))}
    world.table.write([Update(keys.channel(case.channel), sets=marked)])
    sets = {**cases.due(case, at), "held_until": at}
    world.table.write([Update(keys.case(case.id), sets=sets, removes=removes)])


def _due(channel: str, at: str) -> dict[str, str]:
    """Should the messages be lost after which the summary would be posted, the sweep sends one again."""
    return {"due_pk": keys.due(channel), "due_sk": at, "due_kind": "channel"}


def tell(channel: str, marks: Item, world: World) -> None:
    """After the quiet, once all that waited is posted, or put off for the day: one message with a way to each."""
    ended = _ended(marks, world.clock.now())
    known = [case for case_id in ended if (case := cases.load_case(world.table, case_id))]
    if not ended or any(over(case, world.clock.now()) for case in known):
        return
    told = [_told(case, world) for case in known if case.channel == channel and not case.held_until]
    if any(not one.case.closed_at for one in told):
        _summarise(channel, told, max(ended.values()), world)
    _unmark(channel, marks, tuple(f"{_HELD}{case_id}" for case_id in ended), world)


def _unmark(channel: str, marks: Item, told_of: tuple[str, ...], world: World) -> None:
    """Take off the channel what is told; it is due again for what is held longer."""
    later = sorted(str(at) for name, at in marks.items() if name.startswith(_HELD) and name not in told_of)
    done = () if later else ("due_pk", "due_sk", "due_kind")
    sets = _due(channel, later[0]) if later else {}
    world.table.write([Update(keys.channel(channel), sets=sets, removes=told_of + done)])


def _summarise(channel: str, told: Sequence[QuietSummaryLine], until: str, world: World) -> None:
    """Post the summary of the quiet that ended then, unless it is there."""
    post_once(channel, _EVENT, {"until": until}, summary(told).arguments, world)


def _ended(item: Item, now: datetime) -> dict[str, str]:
    held = {name.removeprefix(_HELD): str(until) for name, until in item.items() if name.startswith(_HELD)}
    return {case_id: until for case_id, until in held.items() if until <= keys.stamp(now)}


def _told(case: Case, world: World) -> QuietSummaryLine:
    if not case.ts or case.closed_at:
        return QuietSummaryLine(case)
    link = world.slack.call("chat.getPermalink", channel=case.channel, message_ts=case.ts)["permalink"]
    return QuietSummaryLine(case, str(link))
