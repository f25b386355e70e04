"""Slash commands that decide something: kept as they were signed, judged by `remediate`, answered when that is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import BadInput
from bot.flows import converse, report, stopping
from bot.slack import words_case, words_leaving
from bot.store import audit, cases, exemptions, keys
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
    if verb in _ANSWERS:
        report.require_member(report.Asker(typed.user, typed.team, typed.channel), world)
        return said(_ANSWERS[verb](rest.strip(), world))
    return converse.command(typed.user, typed.team, typed.text, world, typed.channel)


def _decide(verb: str, rest: str, typed: Typed, world: World) -> converse.Ack:
    """Keep the signed command; what came of it follows as a notice. Raises Refusal for one that is not complete."""
    stopping.parse(verb, rest)
    converse.record(keys.COMMANDS, typed.request, world)
    return said("…")


def _exemptions(account: str, world: World) -> str:
    if account and not re.fullmatch(r"[0-9]{12}", account):
        raise BadInput("say /cspm exemptions, or /cspm exemptions 111122223333")
    where = f"in account {account}" if account else "anywhere"
    return words_leaving.exemption_list(exemptions.of(world.table, account), where)


def _case(case_id: str, world: World) -> str:
    case = cases.load_case(world.table, case_id) if re.fullmatch(r"[0-9A-Za-z]{1,40}", case_id) else None
    if case is None:
        raise BadInput("say /cspm case and the id of a case, as exemptions and the audit record have it")
    lines = audit.history(world.table, case.id)
    return words_case.case_told(case, cases.load_works(world.table, case.id), lines, converse.permalink(case, world))


_ANSWERS: Final[Mapping[str, Callable[[str, World], str]]] = {"exemptions": _exemptions, "case": _case}


def said(text: str, **more: Any) -> converse.Ack:
    """An answer that only this person sees."""
    return {"response_type": "ephemeral", "text": text, **more}
