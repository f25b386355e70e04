"""The posture: the counts behind the score, as differences that a finding's own transaction applies.

A finding with a control counts in five rows: everything, its Region in all accounts, its account, its account's
Region, each by control, and the list of (account, Region) units. A finding without a control (a threat) counts apart,
by severity, while it is open. What a finding adds is a function of that finding alone, so the rows are the sum over
all findings in any order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.finding import Finding, Severity, Status
from bot.domain.score import Counts

ALL: Final = "all"
ANY_ACCOUNT: Final = "*"
PREFIX: Final = "POSTURE#"
THREATS: Final = "POSTURE#THREATS#"
UNITS: Final = "POSTURE#UNITS"

COUNTERS: Final = ("passed", "failed", "exempted", "unknown_was_passed", "unknown_was_failed")

HELD: Final = {"stage": "held_observe", "below": "held_below", "older": "held_older"}
"""Counters of failed findings without a card, by the first word of the stored reason."""

_COUNTED: Final = (*COUNTERS, *HELD.values())
_SEVERITY: Final = "s_"
"""Prefix of counters by severity: `s_HIGH`. The control's severity is the worst of its findings."""

ACCOUNT_NAME: Final = "account_name"
"""The account's name in a unit, from its newest finding that has one: shown to people, never used to decide."""

_FAILED: Final = "failed_"
_THREAT: Final = "threats"


@dataclass(frozen=True)
class Scope:
    """A row of counters: the partition (everything, an account, a Region …), and the control in it."""

    key: str
    control: str


@dataclass(frozen=True)
class Unit:
    """The counters of one account in one Region."""

    account: str
    region: str
    counts: Mapping[str, int]
    failed: Mapping[Severity, int]
    threats: int = 0
    account_name: str = ""


def scope_of(account: str = "", region: str = "") -> str:
    """Return the name of a scope: `all`, `<account>`, `<account>#<region>`, `*#<region>`."""
    if not region:
        return account or ALL
    return f"{account or ANY_ACCOUNT}#{region}"


def channel_scope(channel: str) -> str:
    """Return the scope of the facts about a channel's cases."""
    return f"channel:{channel}"


def bucket(finding: Finding) -> str:
    """Return the counter that this finding is in; '' if it is archived and not counted.

    A suppressed finding that passes counts as passed: there is nothing to exempt. Except for what an unknown finding
    was before, the counter follows from the present state of its sources alone, not from the order of their reports.
    """
    match finding.status:
        case Status.PASSED | Status.RESOLVED:
            return "passed"
        case Status.OPEN:
            return "failed"
        case Status.SUPPRESSED:
            return "exempted" if _exempts(finding) else "passed"
        case Status.UNKNOWN:
            return "unknown_was_passed" if finding.last_verdict == "PASSED" else "unknown_was_failed"
        case Status.ARCHIVED:
            return ""


def _exempts(finding: Finding) -> bool:
    suppressed = [source for source in finding.sources.values() if source.status is Status.SUPPRESSED]
    return any(source.verdict != "PASSED" for source in suppressed)


def contributions(finding: Finding | None) -> dict[Scope, dict[str, int]]:
    """Return what this finding adds to which rows."""
    if finding is None or not (found := bucket(finding)):
        return {}
    if finding.trusted:
        return _of_control(finding, found)
    return _of_threat(finding) if found == "failed" else {}


def _of_control(finding: Finding, found: str) -> dict[Scope, dict[str, int]]:
    row = {found: 1, f"{_SEVERITY}{finding.severity}": 1} | (_held(finding) if found == "failed" else {})
    unit = {found: 1} | ({f"{_FAILED}{finding.severity}": 1} if found == "failed" else {})
    return {Scope(f"{PREFIX}{name}", finding.control): row for name in _names(finding)} | {_unit(finding): unit}


def _held(finding: Finding) -> dict[str, int]:
    name = HELD.get(finding.no_card.partition(" ")[0], "")
    return {name: 1} if name else {}


def _of_threat(finding: Finding) -> dict[Scope, dict[str, int]]:
    rows = {Scope(f"{THREATS}{name}", finding.severity.value): {"failed": 1} for name in _names(finding)}
    return rows | {_unit(finding): {_THREAT: 1}}


def _names(finding: Finding) -> tuple[str, ...]:
    account, region = finding.resource.account, finding.resource.region
    return ALL, scope_of("", region), scope_of(account), scope_of(account, region)


def _unit(finding: Finding) -> Scope:
    return Scope(UNITS, scope_of(finding.resource.account, finding.resource.region))


def differences(moves: Iterable[tuple[Finding | None, Finding | None]]) -> dict[Scope, dict[str, int]]:
    """Return what to add to which counters when findings change from the first to the second of each pair."""
    totals: defaultdict[Scope, Counter[str]] = defaultdict(Counter)
    for before, after in moves:
        for scope, counts in contributions(after).items():
            totals[scope].update(counts)
        for scope, counts in contributions(before).items():
            totals[scope].subtract(counts)
    cleaned = {scope: _nonzero(counts) for scope, counts in totals.items()}
    return {scope: counts for scope, counts in cleaned.items() if counts}


def recount(findings: Iterable[Finding]) -> dict[Scope, dict[str, int]]:
    """Return every row as it must be if these are all findings."""
    return differences((None, finding) for finding in findings)


def _nonzero(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}


def counts_of(control: str, row: Mapping[str, Any]) -> Counts:
    """Return the counts of a stored row of one control."""
    return Counts(control, _worst(row), **{name: int(row.get(name, 0)) for name in _COUNTED})


def _worst(row: Mapping[str, Any]) -> Severity:
    return Severity.worst(tuple(one for one in Severity if row.get(f"{_SEVERITY}{one}", 0) > 0))


def unit_of(name: str, row: Mapping[str, Any]) -> Unit:
    """Return the unit of a stored row."""
    account, _, region = name.partition("#")
    counts = {counter: int(row.get(counter, 0)) for counter in COUNTERS}
    failed = {one: number for one in Severity if (number := int(row.get(f"{_FAILED}{one}", 0)))}
    return Unit(account, region, counts, failed, int(row.get(_THREAT, 0)), str(row.get(ACCOUNT_NAME, "")))


def by_control(findings: Iterable[Finding]) -> list[Counts]:
    """Return the counts of these findings by control, sorted."""
    rows = {scope.control: row for scope, row in recount(findings).items() if scope.key == f"{PREFIX}{ALL}"}
    return [counts_of(control, rows[control]) for control in sorted(rows)]


def by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many of these findings are open, by severity, worst first."""
    found = Counter(finding.severity for finding in findings if finding.status is Status.OPEN)
    return {severity.value: found[severity] for severity in Severity if found[severity]}
