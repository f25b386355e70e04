"""Cases → cards: whatever is behind the store on a channel is drawn and posted or updated, most severe first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import BadInput, Busy, Conflict, SlackRefused, Unknown
from bot.domain.manifest import Manifest
from bot.domain.policy import Policy
from bot.domain.ports import Item, Test, Update
from bot.domain.states import CLOSED, State
from bot.domain.target import CaseTarget
from bot.flows.cards import quiet_hours, reminder_digest
from bot.flows.cases.deadlines import next_look
from bot.flows.cases.view import view_of
from bot.flows.messaging.channel_guard import PUBLIC, SHARED, require_fit
from bot.flows.policy.load import for_presentation
from bot.slack.cards.card import Message, moved, render, shown
from bot.store import cases, items, keys
from bot.world import World

KINDS: Final = frozenset({"render", "remind"})
"""The messages of the cards queue that `handle` takes."""

CALM: Final = timedelta(seconds=10)
"""A card is updated at most this often for joins; what people decided shows at once."""

AT_ONCE: Final = 20
"""Cards drawn for one doorbell; the next bell takes the rest."""

_GONE_MESSAGE: Final = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})
_CLOSED_CHANNEL: Final = frozenset({"channel_not_found", "not_in_channel", "is_archived", SHARED, PUBLIC})
_EVENT: Final = "cspm_card"


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message of the cards queue: a doorbell; the work list is the store. Raises Busy while Slack throttles.

    `render` draws the cards of a channel that are behind, `remind` tells there of what waits. A case that cannot be
    read keeps no other card of its channel waiting. Raises Unknown in the end: people are told.
    """
    if body["kind"] not in KINDS:
        raise BadInput(f"the cards queue knows no message of kind {body['kind']!r}")
    channel = body["channel"]
    known = _obey(channel, world)
    policy = for_presentation(world)
    if body["kind"] == "remind":
        reminder_digest.tell(channel, body["what"], policy, world)
        return
    undrawn = []
    for item in world.table.query_index("behind", keys.behind(channel), limit=AT_ONCE):
        case_id = item["pk"].removeprefix("CASE#")
        try:
            present(case_id, policy, world)
        except Busy as busy:
            _remember(channel, busy.retry_after, world)
            raise
        except items.UNREADABLE as error:
            undrawn.append(f"{case_id} ({type(error).__name__})")
    quiet_hours.tell(channel, known, world)
    if undrawn:
        raise Unknown(f"these cases cannot be drawn: {', '.join(undrawn)}")


def _obey(channel: str, world: World) -> Item:
    """What is known of the channel. Slack's Retry-After is stored there, and obeyed by all: raises Busy until then."""
    item = world.table.get(keys.channel(channel)) or {}
    now = world.clock.now()
    if item.get("not_before", "") > keys.stamp(now):
        left = (keys.parse(item["not_before"]) - now).total_seconds()
        raise Busy(f"Slack asked to wait with {channel}", retry_after=left)
    return item


def _remember(channel: str, seconds: float, world: World) -> None:
    until = keys.stamp(world.clock.now() + timedelta(seconds=seconds))
    world.table.write([Update(keys.channel(channel), sets={"not_before": until})])


def present(case_id: str, policy: Policy, world: World) -> None:
    """Bring one card to where its case is."""
    case, now = cases.load_case(world.table, case_id), world.clock.now()
    if case is None or (case.version == case.rendered and not quiet_hours.over(case, now)) or _too_soon(case, now):
        return
    targets = cases.load_targets(world.table, case.id)
    if quiet_hours.needless(case, targets):
        _rendered(replace(case, held_until=""), case.manifest, targets, policy, world)
        return
    view = view_of(case, targets, policy, world)
    manifest = Manifest(case.id, "approve", _rows(shown(view), targets))
    cases.put_manifest(world.table, manifest)
    message = render(view, manifest.hash)
    drawn = _show(case, message, policy, quiet_hours.holds(case, targets, policy, now), world)
    if drawn:
        reminder_digest.note(drawn, world)
        _rendered(drawn, manifest.hash, targets, policy, world)


def _rows(visible: Sequence[CaseTarget], targets: Sequence[CaseTarget]) -> tuple[tuple[str, str], ...]:
    """What the card's buttons stand for: the plans that are shown in full; to be denied also what has guidance only."""
    proposed = [(target.target_id, target.proposal.digest) for target in visible if target.state is State.PROPOSED]
    return (*proposed, *((target.target_id, "") for target in targets if target.state is State.GUIDANCE))


def _too_soon(case: Case, now: datetime) -> bool:
    if not case.ts or not case.rendered_at or case.urgent_changes > case.urgent_rendered:
        return False
    return now - keys.parse(case.rendered_at) < CALM


def _show(case: Case, message: Message, policy: Policy, quiet_until: datetime | None, world: World) -> Case | None:
    """The case with its live message showing this; None when it may not be posted now, or has to go elsewhere."""
    to_repost = _to_repost(case, policy, world.clock.now())
    if (quiet_until or not to_repost) and _updated(case, message, world):
        return _held(case, quiet_until, world) if to_repost and quiet_until else case
    if quiet_until:
        quiet_hours.hold(case, quiet_until, world, removes=("behind_pk", "behind_sk"))
        return None
    if _full_today(case, policy, world):
        _put_off(case, world)
        return None
    return _posted(case, message, policy, world)


def _held(case: Case, until: datetime, world: World) -> Case:
    """What would be told in a new message waits for the end of the quiet; the old one shows it already."""
    quiet_hours.hold(case, until, world)
    return replace(case, held_until=keys.stamp(until))


def _posted(case: Case, message: Message, policy: Policy, world: World) -> Case | None:
    """The case with a new live message; None when its channel is closed to the bot: it goes to the fallback channel."""
    try:
        require_fit(case.channel, policy, world)
        posted = _post(case, message, world)
    except SlackRefused as refused:
        if refused.error not in _CLOSED_CHANNEL:
            raise
        _to_fallback(case, policy, refused, world)
        return None
    _retire(case, posted, world)
    return posted


def _updated(case: Case, message: Message, world: World) -> bool:
    """Whether there is a live message and it shows this now; it may have been deleted."""
    if not case.ts:
        return False
    try:
        _update(case.channel, case.ts, message, world)
    except SlackRefused as refused:
        if refused.error not in _GONE_MESSAGE:
            raise
        return False
    _tell_joins(case, world)
    return True


def _to_repost(case: Case, policy: Policy, now: datetime) -> bool:
    """Whether targets have joined with a worse severity than the card was posted with, or long after it."""
    if not case.ts or case.joined_at <= case.posted_at:
        return False
    old = now - keys.parse(case.posted_at) > policy.cards.repost_after
    return old or case.severity.rank < case.posted_rank


def _update(channel: str, ts: str, message: Message, world: World) -> None:
    """`text` without blocks deletes the blocks, so both always go (docs.slack.dev/reference/methods/chat.update)."""
    world.slack.call("chat.update", channel=channel, ts=ts, **message.arguments)


def _post(case: Case, message: Message, world: World) -> Case:
    """Post the card once. A nonce, stored before, finds the message again should its `ts` be lost on the way."""
    now = keys.stamp(world.clock.now())
    pending = _with_nonce(case, world)
    ts = _find_posted(pending, world) if pending.nonce == case.nonce else ""
    if not ts:
        answer = world.slack.call(
            "chat.postMessage",
            channel=case.channel,
            **message.arguments,
            metadata={"event_type": _EVENT, "event_payload": {"case": case.id, "nonce": pending.nonce}},
            unfurl_links=False,
            unfurl_media=False,
        )
        ts = str(answer["ts"])
    live: dict[str, Any] = {
        "ts": ts,
        "posted_at": now,
        "posted_rank": case.severity.rank,
        "nonce": "",
        "held_until": "",
    }
    live["total_announced"] = case.total
    world.table.write([Update(keys.case(case.id), sets=live), _count_post(case.channel, now)])
    return replace(pending, **live)


def _with_nonce(case: Case, world: World) -> Case:
    if case.nonce:
        return case
    nonce = world.ids.ulid()
    try:
        world.table.write([Update(keys.case(case.id), sets={"nonce": nonce}, when=(Test("nonce", "=", ""),))])
    except Conflict:
        raise Busy(f"case {case.id} is being posted by another", retry_after=2) from None
    return replace(case, nonce=nonce)


def _find_posted(case: Case, world: World) -> str:
    """The `ts` of a message that an earlier try has posted with this nonce, or nothing."""
    history = world.slack.call("conversations.history", channel=case.channel, include_all_metadata=True, limit=100)
    for message in history.get("messages", ()):
        payload = message.get("metadata", {}).get("event_payload", {})
        if (payload.get("case"), payload.get("nonce")) == (case.id, case.nonce):
            return str(message["ts"])
    return ""


def _retire(old: Case, posted: Case, world: World) -> None:
    """The card that was live until now becomes one line with a link to the new one."""
    if not old.ts or old.ts == posted.ts:
        return
    link = world.slack.call("chat.getPermalink", channel=posted.channel, message_ts=posted.ts)
    try:
        _update(old.channel, old.ts, moved(old, str(link["permalink"])), world)
    except SlackRefused as refused:
        if refused.error not in _GONE_MESSAGE:
            raise


def _tell_joins(case: Case, world: World) -> None:
    """Joins are silent but for a line in the thread."""
    joined = case.total - case.total_announced
    if joined <= 0:
        return
    text = f"{joined} more {'resource has' if joined == 1 else 'resources have'} joined this card."
    world.slack.call("chat.postMessage", channel=case.channel, thread_ts=case.ts, text=text)
    world.table.write([Update(keys.case(case.id), sets={"total_announced": case.total})])


def _count_post(channel: str, now: str) -> Update:
    return Update(keys.channel(channel, now[:10]), adds={"posted": 1})


def _full_today(case: Case, policy: Policy, world: World) -> bool:
    """Whether the channel has had its cards for today; one that replaces an older card of its case is none more."""
    if case.ts:
        return False
    today = keys.stamp(world.clock.now())[:10]
    item = world.table.get(keys.channel(case.channel, today)) or {}
    return int(item.get("posted", 0)) >= policy.cards.per_channel_per_day


def _put_off(case: Case, world: World) -> None:
    """Off the list until tomorrow: stored, counted, in the digest, but not another card today."""
    tomorrow = keys.stamp(world.clock.now() + timedelta(days=1))[:10]
    sets = {**cases.due(case, f"{tomorrow}T00:00:00.000Z"), "put_off": tomorrow, "held_until": ""}
    world.table.write([Update(keys.case(case.id), sets=sets, removes=("behind_pk", "behind_sk"))])


def _to_fallback(case: Case, policy: Policy, refused: SlackRefused, world: World) -> None:
    """The channel cannot be posted to: the case goes to the fallback channel, and the audit says why."""
    if case.channel == policy.fallback_channel:
        raise refused
    now = keys.stamp(world.clock.now())
    elsewhere = replace(case, channel=policy.fallback_channel)
    sets = {"channel": policy.fallback_channel, "ts": "", "nonce": ""}
    world.table.write([cases.touch(elsewhere, now, {}, sets)])
    ring = {"kind": "render", "channel": elsewhere.channel}
    world.queues.cards.send(ring, group=elsewhere.channel)


def _rendered(case: Case, manifest: str, targets: Sequence[CaseTarget], policy: Policy, world: World) -> None:
    """Note what is shown. The case leaves the list only if nothing has happened to it since it was read."""
    now = keys.stamp(world.clock.now())
    closed = bool(targets) and all(target.state in CLOSED for target in targets)
    sets = {
        "rendered": case.version,
        "rendered_at": now,
        "manifest": manifest,
        "urgent_rendered": case.urgent_changes,
        "held_until": case.held_until,
    }
    look = next_look(case, targets, policy, world.clock.now())
    done = (
        sets | (cases.due(case, look) if look else {}) | ({"closed_at": now} if closed and not case.closed_at else {})
    )
    removes = ("behind_pk", "behind_sk") + (() if look else ("due_pk", "due_sk", "due_kind"))
    unchanged = (Test("version", "=", case.version),)
    try:
        world.table.write([Update(keys.case(case.id), sets=done, removes=removes, when=unchanged)])
    except Conflict:
        world.table.write([Update(keys.case(case.id), sets=sets)])
        ring = {"kind": "render", "channel": case.channel}
        world.queues.cards.send(ring, group=case.channel)
