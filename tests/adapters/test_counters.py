"""The counters' semantics on every table, with a few hundred findings (volume is measured elsewhere)."""

from __future__ import annotations

from collections import Counter

from bot.domain.finding import Finding, Severity, SourceKind, SourceState
from bot.domain.ports import Table
from bot.domain.posture import PREFIX, UNITS, by_control, unit_of
from bot.domain.resource import Resource
from bot.store import posture
from bot.store.findings import key_of, load_findings, writes

PACK = 20


def a_finding(number: int, verdict: str, rev: int) -> Finding:
    """One of three controls in one of three accounts and two Regions."""
    control = ("S3.2", "S3.8", "S3.5")[number % 3]
    account = f"{number % 9 // 3:012}"
    resource = Resource("aws", account, ("eu-west-1", "us-east-1")[number % 2], "AWS::S3::Bucket", f"b{number}")
    source = SourceState("hub|1", SourceKind.ASFF, verdict)
    severity = {"S3.2": Severity.CRITICAL, "S3.8": Severity.HIGH, "S3.5": Severity.MEDIUM}[control]
    return Finding(f"f{number}", resource, control, severity, {source.id: source}, last_verdict=verdict, rev=rev)


def stored(table: Table, several: list[Finding]) -> None:
    """In packs, each with what is there already."""
    for start in range(0, len(several), PACK):
        pack = several[start : start + PACK]
        known = load_findings(table, map(key_of, pack))
        table.write(writes([(known.get(one.fid), one) for one in pack]))


def test_the_rows_equal_a_recount_of_three_hundred_findings_that_change(table: Table) -> None:
    first = [a_finding(number, "FAILED" if number % 4 else "PASSED", 1) for number in range(300)]
    then = [a_finding(number, "PASSED" if number % 5 else "WARNING", 2) for number in range(0, 300, 2)]
    stored(table, first)
    stored(table, then)
    newest = {one.fid: one for one in (*first, *then)}
    assert sorted(posture.counts(table), key=lambda row: row.control) == by_control(newest.values())
    (account,) = {one.resource.account for one in first if one.resource.account.endswith("1")}
    of_account = [one for one in newest.values() if one.resource.account == account]
    assert sorted(posture.counts(table, account=account), key=lambda row: row.control) == by_control(of_account)
    in_region = [one for one in newest.values() if one.resource.region == "us-east-1"]
    assert sorted(posture.counts(table, region="us-east-1"), key=lambda r: r.control) == by_control(in_region)


def test_the_units_are_every_account_and_region_that_has_findings(table: Table) -> None:
    several = [a_finding(number, "FAILED", 1) for number in range(60)]
    stored(table, several)
    units = {(one.account, one.region): one.counts["failed"] for one in posture.units(table)}
    assert units == Counter((one.resource.account, one.resource.region) for one in several)
    assert all(unit_of(item["sk"], item).account for item in table.query(UNITS))
    assert len(table.query(f"{PREFIX}all")) == 3
