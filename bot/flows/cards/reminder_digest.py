"""Post reminders and escalations in digests: one message of a kind per channel and hour, for all waiting cases.

A reminder marked on a case (`bot.flows.cases.reminders`) is noted for its channel, in an item that is due when it may
be posted; the sweep then sends a message. Posting first searches for a digest of an earlier attempt whose response was
lost, then marks the reminders as sent on the cases, then removes the notes: an attempt that stops anywhere between
leads to one post. Questions answered by then are left out.
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
from bot.flows.cards import throttle
from bot.flows.cases.reminders import since
from bot.flows.messaging.channel_guard import require_allowed_channel
from bot.flows.messaging.links import permalinks
from bot.flows.messaging.post_once import metadata_of, posted
from bot.flows.policy.deciders import approvers_of, route_of
from bot.flows.policy.load import for_presentation
from bot.flows.policy.pause import paused
from bot.messages import SendReminders
from bot.slack.cards.card import Message
from bot.slack.pages import reminders as words
from bot.slack.pages.reminders import PendingQuestion
from bot.store import cases, items, keys
from bot.world import World

GATHER: Final = timedelta(minutes=2)
"""Time to collect others after the first note: cards are posted one a second, and the sweep runs each minute."""

MIN_INTERVAL: Final = timedelta(hours=1)
CASES_PER_MESSAGE: Final = 40
"""Cards in one message; the rest is posted an hour later."""

_RETRY_AFTER: Final = timedelta(minutes=5)
_EVENT: Final = "cspm_reminder"
_NOTE: Final = "case_"


def note(case: Case, world: World) -> None:
    """Note for the case's channel the reminders that are marked on it and not sent."""
    for kind in _POSTERS:
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


def send_reminders(message: SendReminders, world: World) -> None:
    """Post the reminders noted for the channel, unless it is too early. Raises Busy."""
    channel, kind = message.channel_id, message.reminder
    throttle.require_open(channel, world)
    policy = for_presentation(world)
    item = world.table.get(keys.reminders(channel, kind)) or {}
    noted = _noted(item)[:CASES_PER_MESSAGE]
    if not noted or item["hold"] > keys.stamp(world.clock.now()):
        return
    found = [question for one in noted if (question := _load_question(one, channel, policy, world))]
    held = {question.case.id for question in found if _is_held(question, policy, world)}
    sendable = [question for question in found if question.case.id not in held]
    pending = [
        question for question in sendable if question.since and _mark(question.case, kind).startswith(question.since)
    ]
    if pending:
        _POSTERS[kind](channel, pending, policy, world)
    world.table.write([_mark_sent(question.case, kind) for question in sendable])
    _clear_notes(channel, kind, item, sorted({*noted} - held), world, hold=bool(pending))


def _load_question(case_id: str, channel: str, policy: Policy, world: World) -> PendingQuestion | None:
    """Return the pending question of this case; None when its card is not in this channel any more.

    None also for a case that cannot be read, which the sweep logs: once it is fixed and rendered, it is noted again.
    """
    try:
        case, targets = cases.load_case(world.table, case_id), cases.load_targets(world.table, case_id)
    except items.UNREADABLE:
        return None
    if case is None or case.channel != channel:
        return None
    return PendingQuestion(case, targets, approvers_of(targets, policy), world.clock.now(), since(case, targets))


def _is_held(question: PendingQuestion, policy: Policy, world: World) -> bool:
    """Return whether reminders are held: in quiet hours, or during a pause, when nobody could approve."""
    quiet = route_of(question.targets, policy).quiet.until(world.clock.now(), question.case.severity)
    return quiet is not None or bool(paused(question.case.account, world))


def _mark_sent(case: Case, kind: str) -> Update:
    return Update(keys.case(case.id), sets={f"{kind}_posted": _mark(case, kind)})


def _clear_notes(channel: str, kind: str, item: Item, sent: Sequence[str], world: World, *, hold: bool) -> None:
    """Remove the notes of sent reminders; the next message of this kind is due an hour later, if notes are left."""
    now = world.clock.now()
    until = keys.stamp(now + MIN_INTERVAL) if hold else str(item["hold"])
    removes = tuple(f"{_NOTE}{one}" for one in sent)
    left = set(_noted(item)) - set(sent)
    next_look = max(until, keys.stamp(now + _RETRY_AFTER))
    sets = {"hold": until, **(_due(channel, next_look) if left else {})}
    done = () if left else ("due_pk", "due_sk", "due_kind")
    world.table.write([Update(keys.reminders(channel, kind), sets=sets, removes=(*removes, *done))])


# ------------------------------------------------------------------ Slack


def _remind(channel: str, pending: Sequence[PendingQuestion], _policy: Policy, world: World) -> None:
    links = permalinks([question.case for question in pending], world)
    _post_once(channel, "reminder", pending, lambda remaining: words.reminder(remaining, links), world)


def _escalate(channel: str, pending: Sequence[PendingQuestion], policy: Policy, world: World) -> None:
    links = permalinks([question.case for question in pending], world)
    groups: defaultdict[Escalation, list[PendingQuestion]] = defaultdict(list)
    for question in pending:
        if to := route_of(question.targets, policy).escalate:
            groups[to].append(question)
    for to, remaining in groups.items():
        refused = _post_to_escalation_channel(to, remaining, links, policy, world)
        notice = partial(words.escalation_notice, links=links, channel=to.channel, refused=refused)
        _post_once(channel, "escalated", remaining, notice, world)


def _post_to_escalation_channel(
    to: Escalation, pending: Sequence[PendingQuestion], links: Mapping[str, str], policy: Policy, world: World
) -> str:
    """Post to the escalation channel. Return Slack's reason for refusing, or ''."""
    try:
        require_allowed_channel(to.channel, policy, world)
        _post_once(
            to.channel, "escalation", pending, lambda remaining: words.escalation(remaining, links, to.mention), world
        )
    except SlackRefused as refused:
        return str(refused)
    return ""


def _post_once(
    channel: str,
    what: str,
    pending: Sequence[PendingQuestion],
    message: Callable[[Sequence[PendingQuestion]], Message],
    world: World,
) -> None:
    """Post a message for the cases that are not in the metadata of an earlier one."""
    payloads = [payload for _, payload in posted(channel, _EVENT, world)]
    sent = {entry for payload in payloads if payload.get("what") == what for entry in payload.items()}
    marks = {
        question.case.id: question.case.reminder if what == "reminder" else question.case.escalation
        for question in pending
    }
    remaining = [question for question in pending if (question.case.id, marks[question.case.id]) not in sent]
    if not remaining:
        return
    payload = {"what": what, **{question.case.id: marks[question.case.id] for question in remaining}}
    metadata = metadata_of(_EVENT, payload)
    quiet = {"unfurl_links": False, "unfurl_media": False}
    world.slack.call("chat.postMessage", channel=channel, **message(remaining).arguments, **quiet, metadata=metadata)


_POSTERS: Final[Mapping[str, Callable[[str, Sequence[PendingQuestion], Policy, World], None]]] = {
    "reminder": _remind,
    "escalation": _escalate,
}
