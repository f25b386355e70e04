"""Pages of the findings that a query matches, worst first, with a bounded number of reads per page.

Findings are stored by account and Region, in the order of their ids. The counters, which know where a severity or a
control occurs, choose the partitions to read; each is read and sorted one stretch at a time. A page ends when it is
full or has read its limit, and the next one continues from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

from bot.domain.errors import BadInput
from bot.domain.finding import Finding, Severity, Status
from bot.domain.ports import Key, Table
from bot.domain.posture import PREFIX, Unit, scope_of
from bot.flows.posture.query import PostureQuery, parse
from bot.store import findings, keys, posture

PAGE: Final = 20
STRETCH: Final = 1_000
"""Findings that are read and sorted at once, regardless of how much a page may still read."""

MAX_FINDINGS_READ: Final = 5_000
"""About 5 MB: DynamoDB reads them in a second or two."""

MAX_READS: Final = 250
"""Reads for one page, where many accounts and Regions hold a few findings each."""

_MAX_COUNTER_ROWS: Final = 2_000
"""Counter rows that are read to find where a control fails; with more, the findings themselves are read."""

MAX_QUERY: Final = 300

USAGE: Final = (
    "an account, a Region, severities, controls such as S3.8, "
    "status:open (or passed, suppressed, unknown, archived, all) and resource:part-of-its-name; "
    "for example /cspm findings critical resource:payroll"
)

_STATUSES: Final = {
    "open": (Status.OPEN,),
    "passed": (Status.PASSED,),
    "suppressed": (Status.SUPPRESSED,),
    "unknown": (Status.UNKNOWN,),
    "archived": (Status.ARCHIVED,),
    "all": tuple(Status),
}
_COUNTERS: Final = {
    Status.OPEN: ("failed",),
    Status.PASSED: ("passed",),
    Status.SUPPRESSED: ("exempted", "passed"),
    Status.UNKNOWN: ("unknown_was_passed", "unknown_was_failed"),
}
"""Counters of `bot.domain.posture.bucket` that hold findings of a status; archived ones are in none."""


@dataclass(frozen=True)
class FindingsQuery:
    """A parsed query and its text."""

    text: str
    filters: PostureQuery
    statuses: tuple[Status, ...] = (Status.OPEN,)
    name: str = ""

    def matches(self, finding: Finding, severities: Sequence[Severity]) -> bool:
        """Return whether the query matches this finding, among these severities."""
        return finding.severity in severities and finding.status in self.statuses and self._selects(finding)

    def _selects(self, finding: Finding) -> bool:
        controls = self.filters.controls
        if controls and not any(fnmatchcase(finding.control, one) for one in controls):
            return False
        names = (finding.resource.id, finding.resource_name, finding.tags.get("Name", ""))
        return not self.name or any(self.name in name.lower() for name in names)

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The severities in the query, worst first."""
        return tuple(one for one in Severity if not self.filters.severities or one in self.filters.severities)

    @property
    def passes(self) -> tuple[tuple[Severity, ...], ...]:
        """The severities of each pass through the store, in order.

        A name is searched for in a single pass: the counters cannot locate it, so everything is read.
        """
        return (self.severities,) if self.name else tuple((one,) for one in self.severities)

    @property
    def is_counted(self) -> bool:
        """True if counters exist for every status in the query; archived findings have none."""
        return set(self.statuses) <= set(_COUNTERS)


def parse_query(text: str) -> FindingsQuery:
    """Parse the arguments of `/cspm findings`. Raises BadInput with the usage."""
    if len(text) > MAX_QUERY:
        raise BadInput(f"that is too much to look for at once: say {USAGE}")
    words = text.split()
    statuses, texts = _values_of("status:", words), _values_of("resource:", words)
    rest = [word for word in words if not word.lower().startswith(("status:", "resource:"))]
    if len(statuses) > 1 or len(texts) > 1 or "" in texts:
        raise BadInput(f"one status: and one resource: at a time, please: say {USAGE}")
    if model := next((word for word in rest if word.lower().startswith("model:")), ""):
        raise BadInput(f"“{model}” is for the score: say {USAGE}")
    filters = parse(rest, USAGE)
    return FindingsQuery(" ".join(words), filters, _status(*statuses), "".join(texts))


def _values_of(prefix: str, words: Iterable[str]) -> list[str]:
    """Return the rest of each word that begins with this prefix, in lower case."""
    return [word[len(prefix) :].lower() for word in words if word.lower().startswith(prefix)]


def _status(name: str = "open") -> tuple[Status, ...]:
    if name not in _STATUSES:
        raise BadInput(f"there is no status “{name}”: say {', '.join(_STATUSES)}")
    return _STATUSES[name]


@dataclass(frozen=True, order=True)
class Cursor:
    """Start of a page: a pass (`rank`), an account and Region, and a position in the store.

    The stretch to read begins after the id `after`; in its sorted order everything up to `last` has been shown.
    """

    rank: int = 0
    account: str = ""
    region: str = ""
    after: str = ""
    last: str = ""

    @property
    def text(self) -> str:
        """Text for a modal's metadata. No part can contain a bar (`bot.sources.normalise.key`)."""
        return "|".join((str(self.rank), self.account, self.region, self.after, self.last))

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Parse the output of `text`. Raises BadInput for anything else."""
        match = re.fullmatch(r"([0-4])\|([^|]{0,64})\|([^|]{0,64})\|([a-z0-9]{0,40})\|([a-z0-9]{0,40})", text)
        if match is None:
            raise BadInput("this page does not exist: say /cspm findings again")
        rank, *names = match.groups()
        return cls(int(rank), *names)


@dataclass(frozen=True)
class FindingsPage:
    """A page: its findings, the number of findings read for it, and the next page's cursor (None after the last).

    `unreadable` of those read were written by another version or are damaged; no page shows them.
    """

    findings: tuple[Finding, ...]
    read: int
    next: Cursor | None
    unreadable: int = 0


def load_page(query: FindingsQuery, start: Cursor, units: Sequence[Unit], table: Table) -> FindingsPage:
    """Load the page that starts at this cursor."""
    rows: list[Finding] = []
    broken: set[Key] = set()
    read = reads = 0
    for partition in _partitions(query, start, units):
        at: Cursor | None = start if _partition_of(partition) == _partition_of(start) else partition
        while at:
            if read + STRETCH > MAX_FINDINGS_READ or reads == MAX_READS:
                return FindingsPage(tuple(rows), read, at, len(broken))
            stretch = findings.rows(table, at.account, at.region, at.after, STRETCH)
            read, reads = read + len(stretch), reads + 1
            known, unread = findings.readable(stretch)
            broken.update(unread)
            fresh = _unshown(query, at, known, table)
            room = PAGE - len(rows)
            rows += fresh[:room]
            if len(fresh) > room:
                here = replace(at, last=fresh[room - 1].fid if room else at.last)
                return FindingsPage(tuple(rows), read, here, len(broken))
            at = replace(partition, after=str(stretch[-1]["sk"])) if len(stretch) == STRETCH else None
    return FindingsPage(tuple(rows), read, None, len(broken))


def _partition_of(cursor: Cursor) -> tuple[int, str, str]:
    return cursor.rank, cursor.account, cursor.region


def _partitions(query: FindingsQuery, start: Cursor, units: Sequence[Unit]) -> Iterator[Cursor]:
    """For each pass, yield the accounts and Regions that may hold matches, in page order."""
    for rank, severities in enumerate(query.passes):
        for unit in sorted(units, key=lambda one: (one.account, one.region)):
            partition = Cursor(rank, unit.account, unit.region)
            if _partition_of(partition) >= _partition_of(start) and _may_hold(unit, query, severities):
                yield partition


def _may_hold(unit: Unit, query: FindingsQuery, severities: Sequence[Severity]) -> bool:
    if query.statuses == (Status.OPEN,):
        return bool(unit.threats or any(unit.failed.get(severity) for severity in severities))
    if not query.is_counted:
        return True
    return any(unit.counts.get(counter) for status in query.statuses for counter in _COUNTERS[status])


def _unshown(query: FindingsQuery, at: Cursor, stretch: Iterable[Finding], table: Table) -> list[Finding]:
    """Return a stretch's matches that have not been shown yet, sorted."""
    severities = query.passes[at.rank]
    wanted = sorted((one for one in stretch if query.matches(one, severities)), key=sort_key)
    last = [keys.finding(at.account, at.region, at.last)] if at.last else []
    shown = findings.load_readable(table, last).get(at.last)
    return [one for one in wanted if sort_key(one) > sort_key(shown)] if shown else wanted


def sort_key(finding: Finding) -> tuple[int, str, int, str, str]:
    """Sort key: worst first, then control in natural order (S3.8 before S3.13), then name."""
    service, _, number = finding.control.partition(".")
    counted = int(number) if number.isdecimal() else 0
    return finding.severity.rank, service, counted, finding.resource.label.lower(), finding.fid


def matching_units(query: FindingsQuery, table: Table) -> list[Unit]:
    """Return the units that may hold matches by their counters. Two reads, a few more with controls."""
    here = [unit for unit in posture.units(table) if _concerns(unit, query.filters)]
    if not query.filters.controls or not query.is_counted:
        return here
    scope = posture.counts(table, query.filters.account, query.filters.region)
    names = [row.control for row in scope if any(fnmatchcase(row.control, one) for one in query.filters.controls)]
    if len(names) * len(here) > _MAX_COUNTER_ROWS:
        return here
    rows = {keys.posture(f"{PREFIX}{_scope(unit)}", name): _scope(unit) for unit in here for name in names}
    counters = [counter for status in query.statuses for counter in _COUNTERS[status]]
    known = table.get_many(rows).items()
    holding = {rows[key] for key, row in known if any(row.get(counter) for counter in counters)}
    return [unit for unit in here if _scope(unit) in holding]


def _scope(unit: Unit) -> str:
    return scope_of(unit.account, unit.region)


def _concerns(unit: Unit, query: PostureQuery) -> bool:
    return query.account in {"", unit.account} and query.region in {"", unit.region}


def stored_count(units: Iterable[Unit]) -> int:
    """Return the number of stored findings in these units, archived ones excluded."""
    return sum(sum(unit.counts.values()) + unit.threats for unit in units)


def open_count(query: FindingsQuery, units: Iterable[Unit], table: Table) -> int | None:
    """Count the open findings that match by the counters, None if they cannot tell. One or two reads."""
    if query.name or query.statuses != (Status.OPEN,):
        return None
    if query.filters.controls:
        rows = posture.counts(table, query.filters.account, query.filters.region)
        return sum(row.failed for row in query.filters.select(rows))
    threats = posture.threats(table, query.filters.account, query.filters.region)
    counted = sum(unit.failed.get(severity, 0) for unit in units for severity in query.severities)
    return counted + sum(threats.get(severity, 0) for severity in query.severities)
