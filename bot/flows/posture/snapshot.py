"""Daily snapshots: counts by control for everything, each account and each Region, and the day's activity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.domain.activity import Entry, Facts, tally
from bot.domain.ports import Update
from bot.domain.posture import ALL, channel_scope, scope_of
from bot.domain.states import State
from bot.flows.policy.load import for_presentation
from bot.flows.posture.audience import by_unit
from bot.flows.posture.query import day
from bot.store import keys, posture
from bot.world import World

LOOK_BACK: Final = timedelta(days=1)
"""Period before a day that is searched for the start of its questions; an older question started with its case."""


STAMP_RESOLUTION: Final = timedelta(milliseconds=1)
"""Resolution of the stamps: an end this long after now includes now."""


def take(world: World) -> None:
    """Store today's posture so far, and complete yesterday's activity.

    Runs every hour: a day keeps its last snapshot, so a failure loses an hour, not a day.
    """
    now = world.clock.now()
    today, yesterday = day(now), day(now, 1)
    facts = facts_by_scope(keys.parse(f"{today}T00:00:00Z"), now + STAMP_RESOLUTION, world)
    for scope, account, region in _scopes(world):
        rows = posture.counts(world.table, account, region)
        world.table.write([posture.snapshot(scope, today, rows, facts.pop(scope, Facts()).stored())])
    for scope, one in sorted(facts.items()):
        world.table.write([Update(keys.snapshot(scope, today), sets={"facts": one.stored()})])
    _complete(yesterday, world)


def _scopes(world: World) -> list[tuple[str, str, str]]:
    units = posture.units(world.table)
    accounts = sorted({unit.account for unit in units})
    regions = sorted({unit.region for unit in units})
    named = [("", ""), *((account, "") for account in accounts), *(("", region) for region in regions)]
    if by_unit(for_presentation(world)):
        named += [(unit.account, unit.region) for unit in units]
    return [(scope_of(account, region), account, region) for account, region in named]


def _complete(date: str, world: World) -> None:
    """Store the whole day's activity, since its last snapshot was taken before it ended. Done once: it may be long."""
    if posture.is_complete(world.table, ALL, date):
        return
    start = keys.parse(f"{date}T00:00:00Z")
    facts = facts_by_scope(start, start + timedelta(days=1), world)
    for scope, one in sorted(facts.items()):
        world.table.write([Update(keys.snapshot(scope, date), sets={"facts": one.stored(), "complete": True})])


def facts_by_scope(since: datetime, until: datetime, world: World) -> dict[str, Facts]:
    """Return the activity in [since, until), by account, by channel, and in total under `all`."""
    return ActivityRecord(since, until, world).between(since, until)


class ActivityRecord:
    """The audit record of a period, read once, and the activity in parts of it."""

    def __init__(self, since: datetime, until: datetime, world: World) -> None:
        dates = _dates(since - LOOK_BACK, until)
        self._entries = [entry for date in dates for entry in world.table.query(f"AUDIT#{date}")]
        case_ids = {str(entry.get("case", "")) for entry in self._entries if entry["at"] >= keys.stamp(since)}
        found = world.table.get_many([keys.case(one) for one in sorted(case_ids - {""})])
        self._cases = {str(item["id"]): item for item in found.values()}

    def between(self, since: datetime, until: datetime) -> dict[str, Facts]:
        """As `facts_by_scope`, for a part of the period that was read."""
        waited = DecisionDelays(self._entries, {one: str(item["created"]) for one, item in self._cases.items()})
        total: defaultdict[str, Facts] = defaultdict(Facts)
        for entry in self._entries:
            if not (entry.get("account") and keys.stamp(since) <= entry["at"] < keys.stamp(until)):
                continue
            fact = tally([entry], waited)
            for scope in self._scopes(entry):
                total[scope] += fact
        return {ALL: Facts(), **total}

    def _scopes(self, entry: Entry) -> list[str]:
        case = self._cases.get(str(entry.get("case", "")))
        return [ALL, str(entry["account"]), *([channel_scope(str(case["channel"]))] if case else [])]


def _dates(since: datetime, until: datetime) -> list[str]:
    days = (until.date() - since.date()).days
    return [day(since + timedelta(days=number)) for number in range(days + 1)]


class DecisionDelays:
    """Time from a target's question to an audit entry."""

    def __init__(self, entries: Iterable[Entry], created: Mapping[str, str]) -> None:
        self._asked: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for entry in entries:
            if entry.get("after") == State.PROPOSED and entry.get("before") not in (State.PROPOSED, State.APPROVED):
                self._asked[entry["case"], entry["target"]].append(entry["at"])
        self._created = created

    def __call__(self, entry: Entry) -> int:
        """Return the seconds from the question (or else from the case's creation) to this entry."""
        at = str(entry["at"])
        earlier = [asked for asked in self._asked[entry["case"], entry["target"]] if asked <= at]
        since = max(earlier, default=self._created.get(entry["case"], at))
        return max(0, round((keys.parse(at) - keys.parse(since)).total_seconds()))
