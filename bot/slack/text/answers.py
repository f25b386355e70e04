"""Sentences that the bot says to one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.policy import Approvers
from bot.domain.rights import Person, Verdict
from bot.slack.cards.view import deciders, who
from bot.slack.text.blocks import escape

_ABOUT: Final = (
    "*cspm-bot* {version} turns Security Hub findings into decisions.\n"
    "A card shows exactly which settings would change. *Approve* changes them, and nothing else; "
    "when they have changed since, nothing happens and you are asked again. "
    "*Deny…* says why not. *Review…* shows every target. *Undo…* takes a fix back."
)


def help_text(commands: Sequence[tuple[str, str]], version: str) -> str:
    """What the bot does, and each command as it is typed, with what it says."""
    return "\n".join([_ABOUT.format(version=version), *(f"`/cspm {usage}`  {says}" for usage, says in commands)])


def not_understood(text: str, near: str, help_: str) -> str:
    """Help, with what was not understood, and the command that is spelled almost so ('' for none)."""
    meant = f" Did you mean `/cspm {near}`?" if near else ""
    return f"I do not know “{escape(text, 100)}”.{meant}\n{help_}"


def may_not(verdict: Verdict, approvers: Approvers) -> str:
    """Why this person may not decide, and who may."""
    said = f"Nothing was decided: {verdict.reason}."
    return f"{said} {deciders(approvers)} may." if approvers.anybody else said


@dataclass(frozen=True)
class RouteRights:
    """What one person may do on a route: decide, or else only exempt; and who may decide there."""

    where: str
    verdict: Verdict
    approvers: Approvers
    exempts: Verdict


def whoami(person: Person, rights: Sequence[RouteRights], version: str) -> str:
    """Who somebody is, and on which routes of the policy they may decide, or who else may."""
    kind = "a full member" if person.full_member else "a guest, bot or deactivated account"
    lines = [
        f"You are <@{person.user}> (`{person.user}`), {kind} of `{person.team}`. Policy version {escape(version, 60)}."
    ]
    lines += [f"{'✔' if right.verdict.allowed else '✘'} {right.where}: {_right(right)}" for right in rights[:20]]
    return "\n".join(lines)


def _right(right: RouteRights) -> str:
    decides, exempts = right.verdict.allowed, right.exempts.allowed
    if decides and exempts:
        return f"you may decide and exempt, {_as(right.verdict)}"
    if decides:
        return f"you may decide, {_as(right.verdict)}, but not exempt"
    also = f"; you may exempt, {_as(right.exempts)}" if exempts else ""
    return f"{_not(right.verdict, right.approvers)}{also}"


def _as(verdict: Verdict) -> str:
    kind, _, granted = verdict.via.partition(" ")
    return f"as one of {who(granted)}" if kind == "group" else "by your name"


def _not(verdict: Verdict, approvers: Approvers) -> str:
    if not approvers.users and not approvers.groups:
        return escape(verdict.reason)
    others = deciders(approvers)
    return f"{escape(verdict.reason)}; {others[:1].lower()}{others[1:]} may"


def old_card(permalink: str) -> str:
    """The answer to a click on a card that is not the live one."""
    where = f"<{permalink}|the current card>" if permalink.startswith("https://") else "the current card"
    return f"This card is not up to date, so your click decides nothing. Please use {where}."
