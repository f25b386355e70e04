"""Findings by the hundred thousand, whose score is known by hand, put into any table by the store's own items.

Each control is on as many resources in each account, of which by its severity none (CRITICAL, LOW), a third (HIGH) or
two thirds (MEDIUM) fail, and there are as many controls of each severity. So, whatever the size:

    weighted      (10·1 + 6·⅔ + 3·⅓ + 1·1) / (10 + 6 + 3 + 1) = 16/20 = 80
    security-hub  half of the controls have no failure        = 50
    penalty       100 − one for each that fails               = 100 less a quarter of all findings, at least 0
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from bot.data.controls import controls
from bot.domain.canonical import short_id
from bot.domain.finding import Finding, Severity, SourceKind, SourceState
from bot.domain.ports import Put, Table, Update, Write
from bot.domain.posture import Scope, contributions, scope_of
from bot.domain.resource import Resource
from bot.domain.score import Counts
from bot.store import items, keys, posture

SEEN: Final = "2026-09-01T05:00:00.000Z"
REGIONS: Final = ("eu-west-1", "eu-central-1", "us-east-1", "us-west-2")
_FAIL_OF_THREE: Final = {Severity.CRITICAL: 0, Severity.HIGH: 1, Severity.MEDIUM: 2, Severity.LOW: 0}
_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Population:
    """So many accounts, controls of each severity, and resources (a multiple of three) of each in each account."""

    accounts: int
    controls_of_each: int
    resources: int

    @property
    def size(self) -> int:
        """How many findings."""
        return self.accounts * 4 * self.controls_of_each * self.resources

    def findings(self) -> Iterator[Finding]:
        """All of them."""
        for account in range(self.accounts):
            for severity, failing in _FAIL_OF_THREE.items():
                for control in _controls(severity, self.controls_of_each):
                    for number in range(self.resources):
                        yield _finding(
                            f"{account + 100000000001:012}", control, severity, number, fails=number % 3 < failing
                        )


SMALL: Final = Population(1, 1, 3)
MIDDLE: Final = Population(10, 25, 3)
LARGE: Final = Population(125, 25, 24)
"""12, 3,000 and 300,000 findings."""


def _controls(severity: Severity, number: int) -> list[str]:
    found = [one.id for one in controls().all if one.severity is severity and not one.retired]
    return (found * number)[:number] if len(found) >= number else [*found, *_more(severity, number - len(found))]


def _more(severity: Severity, number: int) -> list[str]:
    """Where Security Hub has not so many of this severity: an organisation's own."""
    return [f"config:{severity.lower()}-{one}" for one in range(number)]


def _finding(account: str, control: str, severity: Severity, number: int, *, fails: bool) -> Finding:
    region = REGIONS[number % len(REGIONS)]
    arn = f"arn:aws:s3:::{control.lower().replace(':', '-')}-{account}-{number}"
    resource = Resource("aws", account, region, "AWS::S3::Bucket", arn)
    verdict = "FAILED" if fails else "PASSED"
    source = SourceState(f"hub|{control}/{arn}", SourceKind.ASFF, verdict, updated=SEEN, arrived=SEEN)
    held = "older than the deployment" if fails else "passed"
    return Finding(
        fid=short_id(account, region, control, arn),
        resource=resource,
        control=control,
        severity=severity,
        sources={source.id: source},
        title=f"{control} on {arn}",
        first_seen=SEEN,
        last_verdict=verdict,
        no_card=held,
        rev=1,
        placed=1,
    )


def seed(population: Population, table: Table, now: datetime, days: int = 30) -> None:
    """The findings, their counters, and a snapshot of each scope for each of so many days before."""
    rows: dict[Scope, Counter[str]] = {}
    for batch in _batches(population.findings()):
        table.write([Put(items.finding_item(one)) for one in batch])
        for one in batch:
            for scope, counts in contributions(one).items():
                rows.setdefault(scope, Counter()).update(counts)
    write_all(table, [Update(keys.posture(scope.key, scope.control), adds=counts) for scope, counts in rows.items()])
    write_all(table, list(_history(table, now, days)))


def write_all(table: Table, writes: list[Write]) -> None:
    """As many transactions as it takes."""
    for start in range(0, len(writes), _AT_ONCE):
        table.write(writes[start : start + _AT_ONCE])


def _batches(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    waiting = iter(findings)
    while batch := list(islice(waiting, _AT_ONCE)):
        yield batch


def _history(table: Table, now: datetime, days: int) -> Iterator[Put]:
    units = posture.units(table)
    scopes = [("", ""), *((one, "") for one in sorted({unit.account for unit in units}))]
    scopes += [("", region) for region in sorted({unit.region for unit in units})]
    for account, region in scopes:
        rows: list[Counts] = posture.counts(table, account, region)
        for back in range(1, days + 1):
            yield posture.snapshot(scope_of(account, region), keys.stamp(now - timedelta(days=back))[:10], rows)
