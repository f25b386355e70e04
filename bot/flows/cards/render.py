"""Render the outdated cards of a channel: post or update them, most severe first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import Busy, Conflict, SlackRefused, Unknown
from bot.domain.manifest import Manifest
from bot.domain.policy import Policy
from bot.domain.ports import Test, Update
from bot.domain.states import CLOSED, State
from bot.domain.target import CaseTarget
from bot.flows.cards import quiet_hours, reminder_digest, throttle
from bot.flows.cases.deadlines import next_look
from bot.flows.cases.view import view_of
from bot.flows.messaging.channel_guard import PUBLIC, SHARED, require_allowed_channel
from bot.flows.messaging.post_once import find_posted, metadata_of
from bot.flows.policy.load import for_presentation
from bot.messages import RenderChannel, send
from bot.slack.cards.card import Message, moved_card, render
from bot.slack.cards.plan import button_targets
from bot.store import cases, items, keys
from bot.world import World

MIN_UPDATE_INTERVAL: Final = timedelta(seconds=10)
"""Minimum time between two updates of a card for joins; decisions are shown immediately."""

CARDS_PER_MESSAGE: Final = 20
"""Cards rendered for one message; the next message renders the rest."""

_MESSAGE_GONE: Final = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})
_CHANNEL_CLOSED: Final = frozenset({"channel_not_found", "not_in_channel", "is_archived", SHARED, PUBLIC})
_EVENT: Final = "cspm_card"


def render_channel(message: RenderChannel, world: World) -> None:
    """Render the channel's outdated cards, which an index of the table lists. Raises Busy while Slack throttles.

    A case that cannot be read does not stop the other cards. Raises Unknown after them, for an alarm.
    """
    channel = message.channel_id
    known = throttle.require_open(channel, world)
    policy = for_presentation(world)
    unreadable = []
    for item in world.table.query_index("behind", keys.behind(channel), limit=CARDS_PER_MESSAGE):
        case_id = item["pk"].removeprefix("CASE#")
        try:
            render_case(case_id, policy, world)
        except Busy as busy:
            throttle.store_retry_after(channel, busy.retry_after, world)
            raise
        except items.UNREADABLE as error:
            unreadable.append(f"{case_id} ({type(error).__name__})")
    quiet_hours.post_summary(channel, known, world)
    if unreadable:
        raise Unknown(f"these cases cannot be drawn: {', '.join(unreadable)}")


def render_case(case_id: str, policy: Policy, world: World) -> None:
    """Render one card, if its case has changed or its quiet hours have ended."""
    case, now = cases.load_case(world.table, case_id), world.clock.now()
    if (
        case is None
        or (case.version == case.rendered and not quiet_hours.hold_expired(case, now))
        or _too_soon(case, now)
    ):
        return
    targets = cases.load_targets(world.table, case.id)
    if quiet_hours.closed_while_held(case, targets):
        _record_rendered(replace(case, held_until=""), case.manifest, targets, policy, world)
        return
    view = view_of(case, targets, policy, world)
    manifest = Manifest(case.id, "approve", _manifest_rows(button_targets(view), targets))
    cases.put_manifest(world.table, manifest)
    message = render(view, manifest.hash)
    published = _publish(case, message, policy, quiet_hours.quiet_until(case, targets, policy, now), world)
    if published:
        reminder_digest.note(published, world)
        _record_rendered(published, manifest.hash, targets, policy, world)


def _manifest_rows(visible: Sequence[CaseTarget], targets: Sequence[CaseTarget]) -> tuple[tuple[str, str], ...]:
    """Return what the card's buttons decide: the plans shown in full; for Deny also the targets with guidance only."""
    proposed = [(target.target_id, target.proposal.digest) for target in visible if target.state is State.PROPOSED]
    return (*proposed, *((target.target_id, "") for target in targets if target.state is State.GUIDANCE))


def _too_soon(case: Case, now: datetime) -> bool:
    if not case.ts or not case.rendered_at or case.urgent_changes > case.urgent_rendered:
        return False
    return now - keys.parse(case.rendered_at) < MIN_UPDATE_INTERVAL


def _publish(case: Case, message: Message, policy: Policy, quiet_until: datetime | None, world: World) -> Case | None:
    """Return the case with its live message; None when it may not be posted now, or moves to the fallback channel."""
    needs_repost = _needs_repost(case, policy, world.clock.now())
    if (quiet_until or not needs_repost) and _update_live(case, message, world):
        return _hold(case, quiet_until, world) if needs_repost and quiet_until else case
    if quiet_until:
        quiet_hours.hold(case, quiet_until, world, removes=("behind_pk", "behind_sk"))
        return None
    if _limit_reached(case, policy, world):
        _postpone(case, world)
        return None
    return _post_new(case, message, policy, world)


def _hold(case: Case, until: datetime, world: World) -> Case:
    """Hold the new message until the quiet hours end; the old one is up to date already."""
    quiet_hours.hold(case, until, world)
    return replace(case, held_until=keys.stamp(until))


def _post_new(case: Case, message: Message, policy: Policy, world: World) -> Case | None:
    """Return the case with a new live message; None when the bot cannot post to its channel and the case moved."""
    try:
        require_allowed_channel(case.channel, policy, world)
        posted = _post(case, message, world)
    except SlackRefused as refused:
        if refused.error not in _CHANNEL_CLOSED:
            raise
        _move_to_fallback(case, policy, refused, world)
        return None
    _replace_previous(case, posted, world)
    return posted


def _update_live(case: Case, message: Message, world: World) -> bool:
    """Update the live message. Return False if there is none, or it was deleted."""
    if not case.ts:
        return False
    try:
        _update(case.channel, case.ts, message, world)
    except SlackRefused as refused:
        if refused.error not in _MESSAGE_GONE:
            raise
        return False
    _notify_joins(case, world)
    return True


def _needs_repost(case: Case, policy: Policy, now: datetime) -> bool:
    """Return whether targets have joined with a worse severity than the card was posted with, or long after it."""
    if not case.ts or case.joined_at <= case.posted_at:
        return False
    old = now - keys.parse(case.posted_at) > policy.cards.repost_after
    return old or case.severity.rank < case.posted_rank


def _update(channel: str, ts: str, message: Message, world: World) -> None:
    """Send `text` and blocks: `text` alone deletes the blocks (docs.slack.dev/reference/methods/chat.update)."""
    world.slack.call("chat.update", channel=channel, ts=ts, **message.arguments)


def _post(case: Case, message: Message, world: World) -> Case:
    """Post the card once. A nonce, stored before, finds the message again if the response with its `ts` was lost."""
    now = keys.stamp(world.clock.now())
    pending = _with_nonce(case, world)
    payload = {"case": case.id, "nonce": pending.nonce}
    ts = find_posted(case.channel, _EVENT, payload, world) if pending.nonce == case.nonce else ""
    if not ts:
        answer = world.slack.call(
            "chat.postMessage",
            channel=case.channel,
            **message.arguments,
            metadata=metadata_of(_EVENT, payload),
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


def _replace_previous(old: Case, posted: Case, world: World) -> None:
    """Replace the previous card with one line that links to the new one."""
    if not old.ts or old.ts == posted.ts:
        return
    link = world.slack.call("chat.getPermalink", channel=posted.channel, message_ts=posted.ts)
    try:
        _update(old.channel, old.ts, moved_card(old, str(link["permalink"])), world)
    except SlackRefused as refused:
        if refused.error not in _MESSAGE_GONE:
            raise


def _notify_joins(case: Case, world: World) -> None:
    """Post one line in the thread for targets that have joined, instead of a new card."""
    joined = case.total - case.total_announced
    if joined <= 0:
        return
    text = f"{joined} more {'resource has' if joined == 1 else 'resources have'} joined this card."
    world.slack.call("chat.postMessage", channel=case.channel, thread_ts=case.ts, text=text)
    world.table.write([Update(keys.case(case.id), sets={"total_announced": case.total})])


def _count_post(channel: str, now: str) -> Update:
    return Update(keys.channel(channel, now[:10]), adds={"posted": 1})


def _limit_reached(case: Case, policy: Policy, world: World) -> bool:
    """Return whether the channel has reached its daily limit of cards; a card that replaces another does not count."""
    if case.ts:
        return False
    today = keys.stamp(world.clock.now())[:10]
    item = world.table.get(keys.channel(case.channel, today)) or {}
    return int(item.get("posted", 0)) >= policy.cards.per_channel_per_day


def _postpone(case: Case, world: World) -> None:
    """Postpone the card to tomorrow: the case is stored, counted and in the digest, but gets no card today."""
    tomorrow = keys.stamp(world.clock.now() + timedelta(days=1))[:10]
    sets = {**cases.due(case, f"{tomorrow}T00:00:00.000Z"), "put_off": tomorrow, "held_until": ""}
    world.table.write([Update(keys.case(case.id), sets=sets, removes=("behind_pk", "behind_sk"))])


def _move_to_fallback(case: Case, policy: Policy, refused: SlackRefused, world: World) -> None:
    """Move the case to the fallback channel, because its own cannot be posted to."""
    if case.channel == policy.fallback_channel:
        raise refused
    now = keys.stamp(world.clock.now())
    moved = replace(case, channel=policy.fallback_channel)
    sets = {"channel": policy.fallback_channel, "ts": "", "nonce": ""}
    world.table.write([cases.touch(moved, now, {}, sets)])
    send(RenderChannel(channel_id=moved.channel), world.queues)


def _record_rendered(case: Case, manifest: str, targets: Sequence[CaseTarget], policy: Policy, world: World) -> None:
    """Record what is shown. The case is up to date only if it has not changed since it was read."""
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
        send(RenderChannel(channel_id=case.channel), world.queues)
