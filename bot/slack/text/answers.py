"""Replies to one person: help, whoami, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.policy import Approvers
from bot.domain.rights import Person, Verdict
from bot.slack.cards.view import deciders, mention_of
from bot.slack.text.blocks import escape

_ABOUT: Final = (
    "*cspm-bot* {version} turns Security Hub findings into decisions.\n"
    "A card shows exactly which settings would change. *Approve* changes them, and nothing else; "
    "when they have changed since, nothing happens and you are asked again. "
    "*Deny…* says why not. *Review…* shows every target. *Undo…* takes a fix back."
)


def help_text(commands: Sequence[tuple[str, str]], version: str) -> str:
    """Describe the bot and each command. `commands` are (usage, description)."""
    return "\n".join(
        [_ABOUT.format(version=version), *(f"`/cspm {usage}`  {description}" for usage, description in commands)]
    )


def unknown_command(text: str, near: str, help_: str) -> str:
    """Reply to an unknown command, with a suggestion (`near`, '' for none) and help."""
    meant = f" Did you mean `/cspm {near}`?" if near else ""
    return f"I do not know “{escape(text, 100)}”.{meant}\n{help_}"


def refusal_text(verdict: Verdict, approvers: Approvers) -> str:
    """Say why this person may not decide, and who may."""
    text = f"Nothing was decided: {verdict.reason}."
    return f"{text} {deciders(approvers)} may." if approvers.anybody else text


@dataclass(frozen=True)
class RouteRights:
    """A person's rights on a route (decide, exempt), and who may decide there."""

    where: str
    verdict: Verdict
    approvers: Approvers
    exempts: Verdict


def whoami(person: Person, rights: Sequence[RouteRights], version: str) -> str:
    """Describe a person and their rights on the policy's routes."""
    kind = "a full member" if person.full_member else "a guest, bot or deactivated account"
    lines = [
        f"You are <@{person.user}> (`{person.user}`), {kind} of `{person.team}`. Policy version {escape(version, 60)}."
    ]
    lines += [f"{'✔' if right.verdict.allowed else '✘'} {right.where}: {_rights_text(right)}" for right in rights[:20]]
    return "\n".join(lines)


def _rights_text(right: RouteRights) -> str:
    decides, exempts = right.verdict.allowed, right.exempts.allowed
    if decides and exempts:
        return f"you may decide and exempt, {_granted_through(right.verdict)}"
    if decides:
        return f"you may decide, {_granted_through(right.verdict)}, but not exempt"
    also = f"; you may exempt, {_granted_through(right.exempts)}" if exempts else ""
    return f"{_not_allowed(right.verdict, right.approvers)}{also}"


def _granted_through(verdict: Verdict) -> str:
    kind, _, granted = verdict.via.partition(" ")
    return f"as one of {mention_of(granted)}" if kind == "group" else "by your name"


def _not_allowed(verdict: Verdict, approvers: Approvers) -> str:
    if not approvers.users and not approvers.groups:
        return escape(verdict.reason)
    others = deciders(approvers)
    return f"{escape(verdict.reason)}; {others[:1].lower()}{others[1:]} may"


def outdated_card(permalink: str) -> str:
    """Reply to a click on a card that is not the live one."""
    where = f"<{permalink}|the current card>" if permalink.startswith("https://") else "the current card"
    return f"This card is not up to date, so your click decides nothing. Please use {where}."
