"""Hold new messages during quiet hours, and post them with one summary afterwards.

Existing cards stay up to date. A held card is marked on its case and on its channel: the mark on the case makes it due
when the quiet hours end, the one on the channel lists it for the summary.
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


def quiet_until(case: Case, targets: Sequence[CaseTarget], policy: Policy, now: datetime) -> datetime | None:
    """Return the time until which this case gets no new message, or None."""
    return route_of(targets, policy).quiet.until(now, case.severity)


def hold_expired(case: Case, now: datetime) -> bool:
    """Return whether the card was held, and the quiet hours have ended."""
    return bool(case.held_until) and case.held_until <= keys.stamp(now)


def closed_while_held(case: Case, targets: Sequence[CaseTarget]) -> bool:
    """Return whether the case was closed while its first card was held."""
    return bool(case.held_until) and not case.ts and all(target.state in CLOSED for target in targets)


def hold(case: Case, until: datetime, world: World, removes: tuple[str, ...] = ()) -> None:
    """Mark the channel, then the case: both are due when the quiet hours end, the channel for its summary."""
    at = keys.stamp(until)
    marked = {f"{_HELD}{case.id}": at, **_due(case.channel, keys.stamp(until + cases.OUTBOX))}
    world.table.write([Update(keys.channel(case.channel), sets=marked)])
    sets = {**cases.due(case, at), "held_until": at}
    world.table.write([Update(keys.case(case.id), sets=sets, removes=removes)])


def _due(channel: str, at: str) -> dict[str, str]:
    """Return the due attributes, so that the sweep sends a render message again if the first one was lost."""
    return {"due_pk": keys.due(channel), "due_sk": at, "due_kind": "channel"}


def post_summary(channel: str, marks: Item, world: World) -> None:
    """Post one summary with links after the quiet hours, once each held card is posted or postponed to the next day."""
    ended = _ended(marks, world.clock.now())
    known = [case for case_id in ended if (case := cases.load_case(world.table, case_id))]
    if not ended or any(hold_expired(case, world.clock.now()) for case in known):
        return
    lines = [_summary_line(case, world) for case in known if case.channel == channel and not case.held_until]
    if any(not one.case.closed_at for one in lines):
        _post_lines(channel, lines, max(ended.values()), world)
    _unmark(channel, marks, tuple(f"{_HELD}{case_id}" for case_id in ended), world)


def _unmark(channel: str, marks: Item, posted_marks: tuple[str, ...], world: World) -> None:
    """Remove the marks of posted cards from the channel, which stays due for cards that are held longer."""
    later = sorted(str(at) for name, at in marks.items() if name.startswith(_HELD) and name not in posted_marks)
    done = () if later else ("due_pk", "due_sk", "due_kind")
    sets = _due(channel, later[0]) if later else {}
    world.table.write([Update(keys.channel(channel), sets=sets, removes=posted_marks + done)])


def _post_lines(channel: str, lines: Sequence[QuietSummaryLine], until: str, world: World) -> None:
    """Post the summary of the quiet hours that ended then, unless it is posted already."""
    post_once(channel, _EVENT, {"until": until}, summary(lines).arguments, world)


def _ended(item: Item, now: datetime) -> dict[str, str]:
    held = {name.removeprefix(_HELD): str(until) for name, until in item.items() if name.startswith(_HELD)}
    return {case_id: until for case_id, until in held.items() if until <= keys.stamp(now)}


def _summary_line(case: Case, world: World) -> QuietSummaryLine:
    if not case.ts or case.closed_at:
        return QuietSummaryLine(case)
    link = world.slack.call("chat.getPermalink", channel=case.channel, message_ts=case.ts)["permalink"]
    return QuietSummaryLine(case, str(link))
