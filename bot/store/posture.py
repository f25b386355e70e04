"""The stored posture: rows of counters, and their daily snapshots."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from bot.domain.finding import Finding, Severity, Status
from bot.domain.ports import Put, Table
from bot.domain.posture import PREFIX, THREATS, UNITS, Unit, counts_of, scope_of, unit_of
from bot.domain.score import Counts
from bot.store import keys

Takes = Callable[[str, Severity], bool]
"""Return whether a control of this severity is included."""

_SEVERITIES: Final = {one.value: one for one in Severity}
_AT_ONCE: Final = 100
_FIELDS: Final = ("passed", "failed", "exempted", "unknown_was_passed", "unknown_was_failed")


def counts(table: Table, account: str = "", region: str = "") -> list[Counts]:
    """Return the counts by control of everything, an account, a Region, or an account's Region: one read."""
    rows = table.query(f"{PREFIX}{scope_of(account, region)}")
    return [counts_of(str(row["sk"]), row) for row in rows]


def threats(table: Table, account: str = "", region: str = "") -> dict[Severity, int]:
    """Return the number of open findings without a control, by severity, worst first: one read."""
    rows = {str(row["sk"]): int(row.get("failed", 0)) for row in table.query(f"{THREATS}{scope_of(account, region)}")}
    return {severity: rows[severity] for severity in Severity if rows.get(severity)}


def units(table: Table, account: str = "") -> list[Unit]:
    """Return every (account, Region) that has ever had a finding, or those of an account: one read."""
    rows = table.query(UNITS, prefix=f"{account}#" if account else "")
    return [unit_of(str(row["sk"]), row) for row in rows]


def account_names(table: Table, account: str = "") -> dict[str, str]:
    """Return the names of accounts, one's or all, as far as findings have given them: one read."""
    return {unit.account: unit.account_name for unit in units(table, account) if unit.account_name}


def account_called(table: Table, account: str) -> str:
    """Return `prod-data (111122223333)`, or `account 111122223333` if its name is not known: one read.

    It is text from outside, to be escaped where it is shown.
    """
    name = account_names(table, account).get(account, "")
    return f"{name} ({account})" if name and name != account else f"account {account}"


def snapshot(scope: str, date: str, rows: Iterable[Counts], facts: Mapping[str, int] | None = None) -> Put:
    """Return the write of one day's counts; a later one of the same day replaces it.

    The counts are JSON text: thirty days of 420 controls are read in 0.2 s then, as nested attributes in 2 s.
    """
    key = keys.snapshot(scope, date)
    packed = {row.control: [row.severity.value, *(getattr(row, name) for name in _FIELDS)] for row in rows}
    item = {"pk": key.pk, "sk": key.sk, "controls": json.dumps(packed, separators=(",", ":"), sort_keys=True)}
    return Put({**item, **({"facts": dict(facts)} if facts else {})})


def snapshots(table: Table, scope: str, dates: Sequence[str]) -> dict[str, list[Counts]]:
    """Return the counts of those days that have any, by date: one read."""
    wanted = {keys.snapshot(scope, date): date for date in dates}
    found = table.get_many(wanted).items()
    return {wanted[key]: _unpacked(item) for key, item in found if "controls" in item}


def summed(table: Table, scopes: Iterable[tuple[str, Takes]], dates: Sequence[str]) -> dict[str, list[Counts]]:
    """Return the counts of several scopes added up by control, for each day that any of them has.

    Each scope comes with which of its controls (of which severity) are meant. A read holds about a hundred snapshots.
    """
    days: defaultdict[str, dict[str, list[Any]]] = defaultdict(dict)
    for several in _several(list(scopes), max(1, _AT_ONCE // len(dates))):
        meant = {scope: cache(takes) for scope, takes in several}
        wanted = {keys.snapshot(scope, date): (date, scope) for scope in meant for date in dates}
        for key, item in table.get_many(wanted).items():
            date, scope = wanted[key]
            for control, packed in json.loads(item.get("controls", "{}")).items():
                if meant[scope](control, _SEVERITIES[packed[0]]):
                    _add(days[date], control, packed)
    return {date: [_row(control, day[control]) for control in sorted(day)] for date, day in days.items()}


def _several(scopes: Sequence[tuple[str, Takes]], number: int) -> Iterator[Sequence[tuple[str, Takes]]]:
    return (scopes[start : start + number] for start in range(0, len(scopes), number))


def _add(day: dict[str, list[Any]], control: str, packed: list[Any]) -> None:
    """Add in plain lists: thirty days of 120 accounts are a million and a half rows."""
    known = day.setdefault(control, packed)
    if known is not packed:
        severity = (
            known[0] if known[0] == packed[0] else Severity.worst((Severity(known[0]), Severity(packed[0]))).value
        )
        day[control] = [severity, *map(int.__add__, known[1:], packed[1:])]


def note_resources(account: str, region: str, findings: Iterable[Finding]) -> Put:
    """Return the write of the number of failing resources; counters count a resource once for each control."""
    failing = {one.resource.id for one in findings if one.status is Status.OPEN and one.trusted}
    key = keys.resources(account, region)
    return Put({"pk": key.pk, "sk": key.sk, "n": len(failing)})


def resources(table: Table) -> int | None:
    """Return the number of failing resources as of last night, None before the first: one read."""
    found = table.query(keys.walk().pk, prefix=keys.RESOURCES)
    return sum(int(item["n"]) for item in found) if found else None


def is_complete(table: Table, scope: str, date: str) -> bool:
    """Return whether that day needs no more facts: they are complete, or the day has no snapshot."""
    item = table.get(keys.snapshot(scope, date))
    return item is None or bool(item.get("complete"))


def _unpacked(item: Mapping[str, Any]) -> list[Counts]:
    controls = json.loads(item["controls"])
    return [_row(control, packed) for control, packed in controls.items()]


def _row(control: str, packed: Sequence[Any]) -> Counts:
    return Counts(control, Severity(packed[0]), *map(int, packed[1:]))


def facts(table: Table, scope: str, dates: Sequence[str]) -> list[dict[str, int]]:
    """Return the facts of those days that have any: one read."""
    found = table.get_many([keys.snapshot(scope, date) for date in dates])
    return [{name: int(number) for name, number in item.get("facts", {}).items()} for item in found.values()]
