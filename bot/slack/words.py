"""Sentences that the bot says to one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.policy import Approvers
from bot.domain.rights import Person, Verdict
from bot.slack.blocks import escape
from bot.slack.card_view import deciders, who

_ABOUT: Final = (
    "*cspm-bot* {version} turns Security Hub findings into decisions.\n"
    "A card shows exactly which settings would change. *Approve* changes them, and nothing else; "
    "when they have changed since, nothing happens and you are asked again. "
    "*Deny…* says why not. *Review…* shows every target. *Undo…* takes a fix back."
)


def help_text(commands: Sequence[tuple[str, str]], version: str) -> str:
    """What the bot does, and each command as it is typed, with what it says."""
    return "\n".join([_ABOUT.format(version=version), *(f"`/cspm {usage}`  {says}" for usage, says in commands)])


def not_understood(text: str, help_: str) -> str:
    """Help, with what was not understood."""
    return f"I do not know “{escape(text, 100)}”.\n{help_}"


def may_not(verdict: Verdict, approvers: Approvers) -> str:
    """Why this person may not decide, and who may."""
    said = f"Nothing was decided: {verdict.reason}."
    return f"{said} {deciders(approvers)} may." if approvers.anybody else said


def whoami(person: Person, routes: list[tuple[str, Verdict, Approvers]], version: str) -> str:
    """Who somebody is, and on which routes of the policy they may decide, or who else may."""
    kind = "a full member" if person.full_member else "a guest, bot or deactivated account"
    lines = [
        f"You are <@{person.user}> (`{person.user}`), {kind} of `{person.team}`. Policy version {escape(version, 60)}."
    ]
    lines += [
        f"{'✔' if verdict.allowed else '✘'} {where}: {_right(verdict, approvers)}"
        for where, verdict, approvers in routes[:20]
    ]
    return "\n".join(lines)


def _right(verdict: Verdict, approvers: Approvers) -> str:
    if verdict.allowed:
        kind, _, granted = verdict.via.partition(" ")
        return f"you may decide, as one of {who(granted)}" if kind == "group" else "you may decide, by your name"
    if not approvers.users and not approvers.groups:
        return escape(verdict.reason)
    others = deciders(approvers)
    return f"{escape(verdict.reason)}; {others[:1].lower()}{others[1:]} may"


def old_card(permalink: str) -> str:
    """The answer to a click on a card that is not the live one."""
    where = f"<{permalink}|the current card>" if permalink.startswith("https://") else "the current card"
    return f"This card is not up to date, so your click decides nothing. Please use {where}."
