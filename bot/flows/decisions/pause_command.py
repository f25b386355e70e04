"""The commands pause and resume, both signed: any approver pauses at once, and two of them resume."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.history import HistoryEvent
from bot.domain.policy import Policy
from bot.domain.ports import ABSENT_ITEM, Item, Put, Test, Update
from bot.flows.cases.open_cases import known_accounts, refresh_open_cases
from bot.flows.decisions.payload import SlashCommand
from bot.flows.policy.deciders import approvers_in, rights_of
from bot.flows.policy.load import current
from bot.flows.policy.pause import holds
from bot.store import audit, keys
from bot.world import World

EVERYTHING: Final = "all"
PEOPLE_TO_RESUME: Final = 2

_SCOPE: Final = re.compile(r"[0-9]{12}|auto:[0-9]{12}:\S{1,100}")
"""An account id, or the scope of automatic mode of one remediation in an account."""


@dataclass(frozen=True)
class Stop:
    """The scope of a pause or resume, and its reason."""

    scope: str
    reason: str


def run(command: SlashCommand, world: World) -> str:
    """Run `pause …` or `resume …` and return the reply. Raises Refusal, PolicyUnreadable, RightsUnknown."""
    verb, _, rest = command.text.strip().partition(" ")
    stop = parse(verb, rest)
    policy = current(world)
    approvers = approvers_in(_account(stop.scope), policy)
    rights = rights_of(command.user, command.team, policy, [approvers], world)
    verdict = rights.verdict(approvers, otherwise=_who_may(verb, stop.scope))
    if not verdict.allowed:
        raise Refusal(verdict.reason)
    reply = _pause(stop, command, policy, world) if verb == "pause" else _resume(stop, command, policy, world)
    refresh_open_cases([_account(stop.scope)] if _account(stop.scope) else known_accounts(world.table), world)
    return reply


def parse(verb: str, rest: str) -> Stop:
    """Parse `pause [account|all] reason` or `resume [account|all]`. Raises Refusal with what is missing.

    A pause without a scope is one of everything, with all words as its reason. A mistyped account never resumes
    everything.
    """
    first, _, others = rest.strip().partition(" ")
    named = first == EVERYTHING or _SCOPE.fullmatch(first) is not None
    scope, reason = (first, others.strip()) if named else (EVERYTHING, rest.strip())
    if verb == "pause" and not reason:
        raise Refusal(
            "please say why, for example: /cspm pause 111122223333 an incident, or: /cspm pause all an incident"
        )
    if verb == "resume" and reason and not named:
        raise Refusal(f"I do not know “{first}”: say /cspm resume all, or an account: /cspm resume 111122223333")
    return Stop(scope, reason)


def _who_may(verb: str, scope: str) -> str:
    if account := _account(scope):
        return f"only people who may approve something in account {account} may {verb} it"
    return f"only people who may approve something may {verb} everything"


def _pause(stop: Stop, command: SlashCommand, policy: Policy, world: World) -> str:
    key, now = keys.pause(stop.scope), keys.stamp(world.clock.now())
    before = world.table.get(key)
    reply = f"{_words(stop.scope)} is paused: nothing is changed until two people say /cspm resume."
    if holds(before):
        own = before is not None and (before["by"], before["reason"]) == (command.user, stop.reason)
        return reply if own else f"{_words(stop.scope)} is paused already."
    item = {"pk": key.pk, "sk": key.sk, "by": command.user, "reason": stop.reason, "at": now, "resumed_by": []}
    unchanged = _unchanged(before)
    world.table.write([Put(item, when=unchanged), audit.put(_entry(HistoryEvent.PAUSE, stop, command, policy, now))])
    return reply


def _resume(stop: Stop, command: SlashCommand, policy: Policy, world: World) -> str:
    key, now = keys.pause(stop.scope), keys.stamp(world.clock.now())
    item = world.table.get(key)
    reply = f"{_words(stop.scope)} goes on."
    if item is None or not holds(item):
        return reply if item and command.user in item.get("resumed_by", ()) else f"{_words(stop.scope)} is not paused."
    resumed_by = sorted({*item["resumed_by"], command.user})
    unchanged = (Test("resumed_by", "=", item["resumed_by"]), Test("at", "=", item["at"]))
    record = audit.put(_entry(HistoryEvent.RESUME, stop, command, policy, now))
    if len(resumed_by) < PEOPLE_TO_RESUME:
        world.table.write([Update(key, sets={"resumed_by": resumed_by}, when=unchanged), record])
        counts = f"Your word counts: {len(resumed_by)} of {PEOPLE_TO_RESUME}"
        return f"{counts}; another approver must say /cspm resume as well."
    ended = {"resumed_by": resumed_by, "ended": now, "failures": 0}
    world.table.write([Update(key, sets=ended, when=unchanged), record])
    return reply


def _unchanged(before: Item | None) -> tuple[Test, ...]:
    if before is None:
        return ABSENT_ITEM
    return (Test("at", "=", before["at"]),) if "at" in before else (Test("at", "absent"),)


def _account(scope: str) -> str:
    """Return the account of a scope, '' for all."""
    return "" if scope == EVERYTHING else scope.removeprefix("auto:")[:12]


def _words(scope: str) -> str:
    if scope.startswith("auto:"):
        _, account, remediation = scope.split(":", 2)
        return f"Automatic mode of {remediation} in account {account}"
    return "Everything" if scope == EVERYTHING else f"Account {scope}"


def _entry(what: HistoryEvent, stop: Stop, command: SlashCommand, policy: Policy, now: str) -> audit.Entry:
    return audit.Entry(
        at=now,
        what=what,
        identity=(what, stop.scope, command.user, now),
        who=command.user,
        account=_account(stop.scope),
        policy=policy.version,
        reason=stop.reason,
    )
