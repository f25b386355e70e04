"""Posture: the counts behind the score, as differences that a finding's own transaction applies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.domain.finding import Finding, Status

COUNTERS = ("passed", "failed", "exempted", "unknown_was_passed", "unknown_was_failed")


@dataclass(frozen=True)
class Scope:
    """One row of counters: everything, an account, or an account's Region; and one control."""

    key: str
    control: str


def bucket(finding: Finding | None) -> str:
    """The counter that this finding is in now; '' when it counts nowhere (archived, or none).

    A suppressed finding that passes counts as passed: there is nothing in it to exempt.
    """
    if finding is None:
        return ""
    match finding.status:
        case Status.PASSED | Status.RESOLVED:
            return "passed"
        case Status.OPEN:
            return "failed"
        case Status.SUPPRESSED:
            return "passed" if finding.last_verdict == "PASSED" else "exempted"
        case Status.UNKNOWN:
            return "unknown_was_passed" if finding.last_verdict == "PASSED" else "unknown_was_failed"
        case _:
            return ""


def scopes(finding: Finding) -> tuple[Scope, ...]:
    """The three rows that a finding is counted in."""
    account = finding.resource.account
    keys = ("all", account, f"{account}#{finding.resource.region}")
    return tuple(Scope(f"POSTURE#{key}", finding.control) for key in keys)


def differences(moves: list[tuple[Finding | None, Finding]]) -> dict[Scope, dict[str, int]]:
    """What to add to which counter when these findings change from the first to the second of each pair."""
    totals: dict[Scope, Counter[str]] = {}
    for before, after in moves:
        old, new = bucket(before), bucket(after)
        if old == new:
            continue
        for scope in scopes(after):
            counts = totals.setdefault(scope, Counter())
            counts[old] -= 1
            counts[new] += 1
    cleaned = {scope: _nonzero(counts) for scope, counts in totals.items()}
    return {scope: counts for scope, counts in cleaned.items() if counts}


def _nonzero(counts: Counter[str]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if name and number}
