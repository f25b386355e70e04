"""Reminders and escalations as they are told: one message of a kind and channel an hour, for all that wait there.

What is marked on a case (`bot.flows.cases.reminders`) is noted for its channel, in an item that is due when it may be
told; the sweep rings then. Whoever tells looks first whether a try whose answer was lost has told it, then marks it as
told on the cases, then forgets the notes: wherever that breaks off, it is told once. A question that has been answered
by then is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from bot.domain.case import Case
from bot.domain.errors import SlackRefused
from bot.domain.policy import Escalation, Policy
from bot.domain.ports import Item, Update
from bot.flows.cases.reminders import since
from bot.flows.messaging.channel_guard import require_fit
from bot.flows.messaging.links import permalinks
from bot.flows.policy.deciders import approvers_of, route_of
from bot.flows.policy.pause import paused
from bot.slack.cards.card import Message
from bot.slack.pages import reminders as words
from bot.slack.pages.reminders import Asked
from bot.store import cases, items, keys
from bot.world import World

GATHER: Final = timedelta(minutes=2)
"""So long after the first the others are waited for: cards are posted one a second, and the sweep looks each minute."""

APART: Final = timedelta(hours=1)
AT_ONCE: Final = 40
"""Cards in one message; what is more is told an hour later."""

_AGAIN: Final = timedelta(minutes=5)
_EVENT: Final = "cspm_reminder"
_NOTE: Final = "case_"


def note(case: Case, world: World) -> None:
    """Note for the case's channel what is marked on it and not told."""
    for kind in _TELLERS:
        if _mark(case, kind) != getattr(case, f"{kind}_posted"):
            _note(case, kind, world)


def _mark(case: Case, kind: str) -> str:
    return str(getattr(case, kind))


def _note(case: Case, kind: str, world: World) -> None:
    key = keys.reminders(case.channel, kind)
    item = world.table.get(key) or {}
    if f"{_NOTE}{case.id}" in item:
        return
    soon = "" if _noted(item) else keys.stamp(world.clock.now() + GATHER)
    hold = max(soon, str(item.get("hold", "")))
    noted = {f"{_NOTE}{case.id}": True, "hold": hold, "kind": kind}
    world.table.write([Update(key, sets={**noted, **_due(case.channel, hold)})])


def _noted(item: Item) -> list[str]:
    return sorted(name.removeprefix(_NOTE) for name in item if name.startswith(_NOTE))


def _due(channel: str, at: str) -> dict[str, str]:
    return {"due_pk": keys.due(channel), "due_sk": at, "due_kind": "reminders"}


def tell(channel: str, kind: str, policy: Policy, world: World) -> None:
    """Tell what is noted, unless it is too soon. Raises Busy."""
    item = world.table.get(keys.reminders(channel, kind)) or {}
    noted = _noted(item)[:AT_ONCE]
    if not noted or item["hold"] > keys.stamp(world.clock.now()):
        return
    found = [asked for one in noted if (asked := _asked(one, channel, policy, world))]
    held = {asked.case.id for asked in found if _is_held(asked, policy, world)}
    told = [asked for asked in found if asked.case.id not in held]
    waiting = [asked for asked in told if asked.since and _mark(asked.case, kind).startswith(asked.since)]
    if waiting:
        _TELLERS[kind](channel, waiting, policy, world)
    world.table.write([_told(asked.case, kind) for asked in told])
    _forget(channel, kind, item, sorted({*noted} - held), world, hold=bool(waiting))


def _asked(case_id: str, channel: str, policy: Policy, world: World) -> Asked | None:
    """What waits in this case; None when its card is not in this channel any more.

    None also for a case that cannot be read, of which the sweep tells: when it is mended and drawn, it is noted again.
    """
    try:
        case, targets = cases.load_case(world.table, case_id), cases.load_targets(world.table, case_id)
    except items.UNREADABLE:
        return None
    if case is None or case.channel != channel:
        return None
    return Asked(case, targets, approvers_of(targets, policy), world.clock.now(), since(case, targets))


def _is_held(asked: Asked, policy: Policy, world: World) -> bool:
    """Whether it is a time to tell nobody: quiet hours, or a pause, in which nobody could approve it."""
    quiet = route_of(asked.targets, policy).quiet.until(world.clock.now(), asked.case.severity)
    return quiet is not None or bool(paused(asked.case.account, world))


def _told(case: Case, kind: str) -> Update:
    return Update(keys.case(case.id), sets={f"{kind}_posted": _mark(case, kind)})


def _forget(channel: str, kind: str, item: Item, told: Sequence[str], world: World, *, hold: bool) -> None:
    """Forget what was told; the next message of this kind comes an hour later, what is left is looked at again."""
    now = world.clock.now()
    until = keys.stamp(now + APART) if hold else str(item["hold"])
    removes = tuple(f"{_NOTE}{one}" for one in told)
    left = set(_noted(item)) - set(told)
    next_look = max(until, keys.stamp(now + _AGAIN))
    sets = {"hold": until, **(_due(channel, next_look) if left else {})}
    done = () if left else ("due_pk", "due_sk", "due_kind")
    world.table.write([Update(keys.reminders(channel, kind), sets=sets, removes=(*removes, *done))])


# ------------------------------------------------------------------ Slack


def _remind(channel: str, waiting: Sequence[Asked], _policy: Policy, world: World) -> None:
    links = permalinks([asked.case for asked in waiting], world)
    _once(channel, "reminder", waiting, lambda those: words.reminder(those, links), world)


def _escalate(channel: str, waiting: Sequence[Asked], policy: Policy, world: World) -> None:
    links = permalinks([asked.case for asked in waiting], world)
    groups: defaultdict[Escalation, list[Asked]] = defaultdict(list)
    for asked in waiting:
        if to := route_of(asked.targets, policy).escalate:
            groups[to].append(asked)
    for to, those in groups.items():
        refused = _elsewhere(to, those, links, policy, world)
        told = partial(words.escalated, links=links, channel=to.channel, refused=refused)
        _once(channel, "escalated", those, told, world)


def _elsewhere(to: Escalation, waiting: Sequence[Asked], links: Mapping[str, str], policy: Policy, world: World) -> str:
    """Tell the other channel; why it could not be told, or ''."""
    try:
        require_fit(to.channel, policy, world)
        _once(to.channel, "escalation", waiting, lambda those: words.escalation(those, links, to.mention), world)
    except SlackRefused as refused:
        return str(refused)
    return ""


def _once(
    channel: str, what: str, waiting: Sequence[Asked], message: Callable[[Sequence[Asked]], Message], world: World
) -> None:
    """Post it, of those that no try whose answer was lost has told of. What was told is in the message's metadata."""
    found = world.slack.call("conversations.history", channel=channel, include_all_metadata=True, limit=100)
    payloads = [one.get("metadata", {}).get("event_payload", {}) for one in found.get("messages", ())]
    said = {entry for payload in payloads if payload.get("what") == what for entry in payload.items()}
    marks = {asked.case.id: asked.case.reminder if what == "reminder" else asked.case.escalation for asked in waiting}
    those = [asked for asked in waiting if (asked.case.id, marks[asked.case.id]) not in said]
    if not those:
        return
    payload = {"what": what, **{asked.case.id: marks[asked.case.id] for asked in those}}
    metadata = {"event_type": _EVENT, "event_payload": payload}
    quiet = {"unfurl_links": False, "unfurl_media": False}
    world.slack.call("chat.postMessage", channel=channel, **message(those).arguments, **quiet, metadata=metadata)


_TELLERS: Final[Mapping[str, Callable[[str, Sequence[Asked], Policy, World], None]]] = {
    "reminder": _remind,
    "escalation": _escalate,
}
