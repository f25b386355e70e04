"""Answer `/cspm score`, `trend` and `digest`, for one person alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import PolicyUnreadable, Refusal
from bot.flows.messaging.charts import share, trend_picture
from bot.flows.messaging.files import direct
from bot.flows.policy import identity
from bot.flows.policy.load import current
from bot.flows.posture import digest
from bot.flows.posture.score import answer_score, answer_trend, describe, parse_trend, trend
from bot.messages import SendDigest, SendTrend, send
from bot.slack.cards.card import Message
from bot.world import World

Ack = dict[str, Any]


@dataclass(frozen=True)
class Asker:
    """The person who asks, and the channel."""

    user: str
    team: str
    channel: str = ""


def answer_posture(what: str, said: Sequence[str], asker: Asker, world: World) -> Ack:
    """Answer `/cspm score`, `trend` or `digest`. Raises Refusal for non-members, BadInput, Unknown."""
    require_member(asker, world)
    if what == "score":
        return private_message(answer_score(said, world))
    if what == "trend":
        told = answer_trend(said, world)
        if told.blocks:
            send(SendTrend(user_id=asker.user, words=tuple(said)), world.queues)
        return private_message(told)
    send(SendDigest(user_id=asker.user, channel_id=asker.channel), world.queues)
    return {"response_type": "ephemeral", "text": "Gathering the digest: it comes in a moment, for you alone."}


def require_member(asker: Asker, world: World) -> None:
    """Require a full member of an accepted workspace. Raises Refusal, RightsUnknown.

    Without a readable policy every workspace is accepted; the other conditions hold.
    """
    try:
        teams = current(world).teams
    except PolicyUnreadable:
        teams = ()
    person = identity.person(asker.user, asker.team, world)
    if not person.full_member:
        raise Refusal("Guests and bots are not told where things are open.")
    if teams and not {person.team, person.enterprise} & set(teams):
        raise Refusal("Your Slack workspace is not one that the policy accepts.")


def private_message(message: Message) -> Ack:
    """Return a message as the answer to a command, visible to one person."""
    return {"response_type": "ephemeral", **message.arguments}


def send_digest(message: SendDigest, world: World) -> None:
    digest.show(message.user_id, message.channel_id, world)


def send_trend(message: SendTrend, world: World) -> None:
    """Send the chart of a trend to the direct conversation with one person."""
    asked, days = parse_trend(message.words)
    values = trend(asked, days, world)
    picture = trend_picture(f"Score of {describe(asked, world.table)}", values)
    share(picture, direct(message.user_id, world), world)
