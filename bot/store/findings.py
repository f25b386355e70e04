"""Findings and the counters behind the score, changed in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain.finding import Finding
from bot.domain.ports import ABSENT_ITEM, Item, Key, Put, Table, Test, Update, Write
from bot.domain.posture import ACCOUNT_NAME, UNITS, Scope, differences, scope_of
from bot.store import items, keys

Move = tuple[Finding | None, Finding]
"""A finding before and after a change."""


def load_findings(table: Table, wanted: Iterable[Key]) -> dict[str, Finding]:
    """Return those of the findings that exist, by fid."""
    found = table.get_many(dict.fromkeys(wanted))
    return {key.sk: items.finding_from(item) for key, item in found.items()}


def load_readable(table: Table, wanted: Iterable[Key]) -> dict[str, Finding]:
    """Return the findings as `load_findings` does, without the unreadable ones."""
    known, _ = readable(table.get_many(dict.fromkeys(wanted)).values())
    return {finding.fid: finding for finding in known}


def load_finding(table: Table, account: str, region: str, fid: str) -> Finding | None:
    item = table.get(keys.finding(account, region, fid))
    return items.finding_from(item) if item else None


def rows(table: Table, account: str, region: str, after: str, most: int) -> list[Item]:
    """Return at most `most` rows of findings of an account and Region, in the order of their ids, after this id."""
    return table.query(keys.findings(account, region), after=after, limit=most)


def readable(found: Iterable[Item]) -> tuple[list[Finding], list[Key]]:
    """Return the findings of these rows, and the keys of the unreadable ones."""
    return items.readable(found, items.finding_from)


def key_of(finding: Finding) -> Key:
    return keys.finding(finding.resource.account, finding.resource.region, finding.fid)


def writes(moves: Sequence[Move]) -> list[Write]:
    """Return the writes of each finding, on condition that it is as it was read, and one update per counter row."""
    puts: list[Write] = [_put(before, after) for before, after in moves]
    rows = differences(moves).items()
    names = {_unit_name(after): after.account_name for _, after in moves if after.account_name}
    return puts + [_count(scope, counts, names) for scope, counts in rows]


def _unit_name(finding: Finding) -> str:
    return scope_of(finding.resource.account, finding.resource.region)


def _count(scope: Scope, counts: Mapping[str, int], names: Mapping[str, str]) -> Update:
    """Return the update of a counter row; that of a unit also stores the account's name."""
    name = names.get(scope.control) if scope.key == UNITS else None
    return Update(keys.posture(scope.key, scope.control), sets={ACCOUNT_NAME: name} if name else {}, adds=counts)


def _put(before: Finding | None, after: Finding) -> Put:
    return Put(items.finding_item(after), when=_as_read(before) if before else ABSENT_ITEM)


def _as_read(finding: Finding) -> tuple[Test, ...]:
    """The finding has neither been observed nor assigned since; assigning changes counters but not `rev`."""
    settled = Test("placed", "=", finding.placed), Test("case_id", "=", finding.case_id)
    return Test("rev", "=", finding.rev), *settled, Test("no_card", "=", finding.no_card)


def placed(finding: Finding, *, case_id: str, target_id: str, no_card: str) -> list[Write]:
    """Return the writes that store which target the finding is assigned to, for that transaction."""
    after = replace(finding, case_id=case_id, target_id=target_id, no_card=no_card, placed=finding.rev)
    return writes([(finding, after)])
