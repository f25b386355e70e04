"""The subcommands of `/cspm`, as one table from which the help follows. Answers are visible to the person only.

A command that decides something is recorded with its signature, judged by `remediate`, and answered afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from bot import __version__
from bot.flows.decisions import pause_command
from bot.flows.decisions.payload import SlashCommand
from bot.flows.interactions import audit_export, clicks, findings, lookups, posture
from bot.flows.interactions.changes import answer_changes
from bot.slack.text import answers
from bot.store import keys
from bot.world import World

Answer = Callable[[str, SlashCommand, World], clicks.Ack]
"""From the arguments, the command and the world to the answer."""


@dataclass(frozen=True)
class Command:
    """A subcommand: usage, help text and handler.

    `anybody`: guests and external users get an answer too; all else is for full members of accepted workspaces.
    """

    usage: str
    says: str
    answer: Answer
    anybody: bool = False


def answer_command(typed: SlashCommand, world: World) -> clicks.Ack:
    """Answer a slash command. Raises Refusal, BadInput, Unknown."""
    verb, _, rest = typed.text.strip().partition(" ")
    known = COMMANDS.get(verb or "help")
    if known is None:
        near = "".join(get_close_matches(verb, COMMANDS, 1))
        return private_answer(answers.unknown_command(typed.text, near, help_text()))
    if not known.anybody:
        posture.require_member(_asker(typed), world)
    return known.answer(rest.strip(), typed, world)


def _asker(typed: SlashCommand) -> posture.Asker:
    return posture.Asker(typed.user, typed.team, typed.channel)


def private_answer(text: str, **more: Any) -> clicks.Ack:
    """Return an answer that only this person sees."""
    return {"response_type": "ephemeral", "text": text, **more}


def help_text() -> str:
    """Return the help text."""
    return answers.help_text([(each.usage, each.says) for each in COMMANDS.values()], __version__)


def _same_for_all(answer: Callable[[str, World], str]) -> Answer:
    """Adapt a function whose answer does not depend on the person."""
    return lambda rest, _, world: private_answer(answer(rest, world))


def _posture(what: str, rest: str, typed: SlashCommand, world: World) -> clicks.Ack:
    return posture.answer_posture(what, rest.split(), _asker(typed), world)


def _decide(verb: str, rest: str, typed: SlashCommand, world: World) -> clicks.Ack:
    """Record the signed command; its result follows as a notification. Raises Refusal if it is incomplete."""
    pause_command.parse(verb, rest)
    clicks.record_request(keys.COMMANDS, typed.request, world)
    return private_answer("…")


COMMANDS: Final[Mapping[str, Command]] = {
    "help": Command("help", "this text", lambda *_: private_answer(help_text()), anybody=True),
    "score": Command(
        "score",
        "one number, what drags it down and what gains most; "
        "narrow it by account, Region, severity, control (`S3.8`, `S3.*`) or `model:security-hub`",
        partial(_posture, "score"),
    ),
    "findings": Command(
        "findings",
        "what fails, worst first, also what has no card, and why; narrow it as the score, "
        "and by `status:passed` or `resource:payroll`",
        lambda rest, typed, world: findings.open_list(rest, typed.trigger_id, world),
    ),
    "trend": Command("trend 30", "the score over so many days", partial(_posture, "trend")),
    "digest": Command("digest", "what happened since yesterday, for you alone", partial(_posture, "digest")),
    "pause": Command(
        "pause [account|all] reason",
        "any approver stops all changes at once",
        partial(_decide, "pause"),
        anybody=True,
    ),
    "resume": Command(
        "resume [account|all]", "they go on; it takes two approvers", partial(_decide, "resume"), anybody=True
    ),
    "case": Command("case ID", "what happened to a case, and who decided", _same_for_all(lookups.history_of)),
    "changes": Command(
        "changes [account|resource] [hours]",
        "what the bot has changed lately, with who approved it, its proof, and Undo",
        lambda rest, _, world: posture.private_message(answer_changes(rest.split(), world)),
    ),
    "audit": Command(
        "audit [days] [account]",
        "the record of who decided and changed what, as a file for you alone",
        lambda rest, typed, world: private_answer(audit_export.request_export(rest.split(), _asker(typed), world)),
    ),
    "exemptions": Command(
        "exemptions [account]", "what is exempted, by whom, until when", _same_for_all(lookups.exemption_list)
    ),
    "whoami": Command(
        "whoami",
        "who the bot takes you for, and what you may decide",
        lambda _, typed, world: private_answer(lookups.whoami(typed.user, typed.team, world)),
        anybody=True,
    ),
}
"""`pause` and `resume` are judged by `remediate`, which knows who may; there a guest is refused with the reason."""
