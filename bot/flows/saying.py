"""Slash commands that decide something: kept as they were signed, judged by `remediate`, answered when that is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bot.flows import converse, stopping
from bot.store import keys
from bot.store.decisions import SignedRequest
from bot.world import World

DECIDING: Final = ("pause", "resume")


@dataclass(frozen=True)
class Typed:
    """A slash command that was typed in a channel."""

    user: str
    team: str
    channel: str
    text: str
    request: SignedRequest


def command(typed: Typed, world: World) -> converse.Ack:
    """Answer a slash command to the person alone. Raises Refusal, BadInput, Unknown."""
    verb, _, rest = typed.text.strip().partition(" ")
    if verb in DECIDING:
        return _decide(verb, rest, typed, world)
    return converse.command(typed.user, typed.team, typed.text, world, typed.channel)


def _decide(verb: str, rest: str, typed: Typed, world: World) -> converse.Ack:
    """Keep the signed command; what came of it follows as a notice. Raises Refusal for one that is not complete."""
    stopping.parse(verb, rest)
    converse.record(keys.COMMANDS, typed.request, world)
    return said("…")


def said(text: str, **more: Any) -> converse.Ack:
    """An answer that only this person sees."""
    return {"response_type": "ephemeral", "text": text, **more}
