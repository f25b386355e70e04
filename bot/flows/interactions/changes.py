"""The bot's recent changes: the answer to `/cspm changes`, and the list on Home.

Each change has `can_undo`; `open_undo_of` handles its button (`ActionId.UNDO_RUN`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.case import Case
from bot.domain.errors import BadInput, Refusal
from bot.domain.plan import Reversible
from bot.domain.policy import Policy
from bot.domain.run import Run, RunKind
from bot.domain.target import CaseTarget
from bot.flows.decisions.payload import Press
from bot.flows.interactions import card_actions
from bot.flows.interactions.clicks import Ack
from bot.flows.messaging import links
from bot.flows.policy.load import for_presentation
from bot.remediations.catalogue import catalogue
from bot.slack.cards.card import Message
from bot.slack.ids import Metadata, UndoValue
from bot.slack.pages.changes import RunSummary, changes_message
from bot.store import cases, keys, posture, runs
from bot.store.runs import Changed
from bot.world import World

DEFAULT_HOURS: Final = 24
MAX_HOURS: Final = 30 * 24
MAX_READ: Final = 200
"""Runs that are looked at for one answer, at most: the newest."""

SHOWN: Final = 10

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_SPAN: Final = re.compile(r"([0-9]{1,4})(h|d)?")
USAGE: Final = (
    "say /cspm changes, and if you like an account, a resource, and hours (24, 72h, 7d; at most 30d): /cspm changes 7d"
)


@dataclass(frozen=True)
class ChangesQuery:
    """Filters of the list; '' is every account or every resource."""

    account: str = ""
    resource: str = ""
    hours: int = DEFAULT_HOURS


@dataclass(frozen=True)
class ChangeList:
    """Changes, newest first, at most `SHOWN`; the number of further ones, and whether the whole period was read."""

    asked: ChangesQuery
    made: tuple[RunSummary, ...]
    more: int = 0
    whole: bool = True


def parse(said: Sequence[str]) -> ChangesQuery:
    """Parse the arguments of `/cspm changes`. Raises BadInput with the usage."""
    found: dict[str, str] = {}
    for word in said:
        kind = _kind(word)
        if kind in found:
            raise BadInput(f"one {kind} at a time, please: {USAGE}")
        found[kind] = word
    return ChangesQuery(found.get("account", ""), found.get("resource", ""), _hours(found.get("time", "")))


def _kind(word: str) -> str:
    if _ACCOUNT.fullmatch(word):
        return "account"
    return "time" if _SPAN.fullmatch(word) else "resource"


def _hours(said: str) -> int:
    span = _SPAN.fullmatch(said)
    hours = int(span[1]) * (24 if span[2] == "d" else 1) if span else DEFAULT_HOURS
    if not 1 <= hours <= MAX_HOURS:
        raise BadInput(f"that is too long, or no time at all: {USAGE}")
    return hours


def answer_changes(said: Sequence[str], world: World) -> Message:
    """Return the answer to `/cspm changes`. Raises BadInput."""
    asked = parse(said)
    found = recent(asked, world)
    return changes_message(_about(asked, world), found.made, found.more, whole=found.whole)


def _about(asked: ChangesQuery, world: World) -> str:
    account = posture.account_called(world.table, asked.account) if asked.account else ""
    where = " in ".join(part for part in (asked.resource, account) if part)
    days, rest = divmod(asked.hours, 24)
    span = f"{days} days" if days > 1 and not rest else "hour" if asked.hours == 1 else f"{asked.hours} hours"
    return f"the last {span}{' · ' + where if where else ''}"


def recent(asked: ChangesQuery, world: World, most: int = SHOWN) -> ChangeList:
    """Return the changes, newest first.

    Takes one read per day, one for the runs, two for their targets and cases, and one permalink.
    """
    listed, whole = _listed(asked, world)
    known = runs.load_runs(world.table, [one.run for one in listed])
    matching = [
        (one, known[one.run]) for one in listed if one.run in known and _matches(known[one.run], asked.resource)
    ]
    shown = matching[:most]
    targets, homes = _targets(shown, world), _cases(shown, world)
    policy, cards = for_presentation(world), links.permalinks(list(homes.values()), world)
    made = [
        RunSummary(
            one.at,
            run,
            targets.get((run.case_id, run.target_id)),
            can_undo=can_undo(run, targets.get((run.case_id, run.target_id)), homes.get(run.case_id), policy, world),
            card=cards.get(run.case_id, ""),
            account_name=homes[run.case_id].account_name if run.case_id in homes else "",
        )
        for one, run in shown
    ]
    return ChangeList(asked, tuple(made), len(matching) - len(shown), whole)


def _listed(asked: ChangesQuery, world: World) -> tuple[list[Changed], bool]:
    """Return the newest runs that changed something in the period, and whether those are all."""
    since = keys.stamp(world.clock.now() - timedelta(hours=asked.hours))
    found: list[Changed] = []
    for day in _days(asked.hours, world):
        today = runs.changed_on(world.table, day, MAX_READ)
        found += [one for one in today if one.at >= since and asked.account in {"", one.account}]
        if len(today) == MAX_READ or len(found) >= MAX_READ:
            return found[:MAX_READ], False
    return found, True


def _days(hours: int, world: World) -> Iterator[str]:
    now = world.clock.now()
    first = (now - timedelta(hours=hours)).date()
    for back in range((now.date() - first).days + 1):
        yield keys.stamp(now - timedelta(days=back))[:10]


def _matches(run: Run, resource: str) -> bool:
    where = run.plan.resource
    return resource in {"", where.id, where.name}


def _targets(shown: Sequence[tuple[Changed, Run]], world: World) -> dict[tuple[str, str], CaseTarget]:
    return cases.load_several(world.table, {(run.case_id, run.target_id) for _, run in shown})


def _cases(shown: Sequence[tuple[Changed, Run]], world: World) -> dict[str, Case]:
    return cases.load_cases(world.table, {run.case_id for _, run in shown})


def can_undo(run: Run, target: CaseTarget | None, case: Case | None, policy: Policy, world: World) -> bool:
    """Return whether this run can be undone, by the card's rules (`bot.slack.cards.buttons.undoable`)."""
    recipe = catalogue().by_id.get(run.plan.remediation)
    if target is None or case is None or not case.ts or recipe is None or policy.version == "none":
        return False
    if run.kind is not RunKind.FIX or target.attempt.fix_run != run.id or recipe.reversible is Reversible.NO:
        return False
    last_day = keys.parse(run.created) + timedelta(days=policy.undo_days)
    return target.undoable and world.clock.now() < last_day


def open_undo_of(press: Press, world: World) -> Ack:
    """Open the undo preview of one run from the list. Raises Refusal, BadInput, Unknown."""
    value = UndoValue.parse(press.value)
    case = cases.load_case(world.table, value.case_id)
    if case is None or not case.ts:
        raise Refusal("This case has no card now, so nothing can be undone from here. Ask for the changes again.")
    meta = Metadata(case.id, "", case.channel, case.ts)
    return card_actions.preview_undo(press, case, meta, (value.target_id,), world)
