"""Comparison of the audit record in the table with its archive in the bucket: missing, altered and extra entries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.adapters.aws.errors import aws_errors_as
from bot.domain.errors import Unknown
from bot.domain.ports import Table
from bot.store import audit_text, keys

DUE: Final = timedelta(hours=3)
"""Time after an hour's end by which it must be in the bucket, as in `AuditExportAlarm`."""


@dataclass(frozen=True)
class Difference:
    """One difference. `kind`: `missing` from the bucket, `altered` in a version there, or `extra` there."""

    kind: str
    entry: str
    detail: str


@dataclass(frozen=True)
class Version:
    """One object version of an archived hour; `current` is the latest."""

    name: str
    id: str
    content: str
    current: bool


@dataclass
class Report:
    """Numbers of compared entries and versions, and of differences."""

    entries: int = 0
    versions: int = 0
    differences: int = 0


class Bucket:
    """The archive bucket, with all object versions."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def versions(self, day: str) -> Iterator[Version]:
        """Yield every version of every hour of a day. Raises Unknown."""
        with aws_errors_as(Unknown, f"cannot read the bucket {self.name}"):
            pages = self._client.get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self.name, Prefix=f"{audit_text.ARCHIVED}{day}/"):
                for one in page.get("Versions", []):
                    yield self._read(one)

    def _read(self, listed: Mapping[str, Any]) -> Version:
        name, version = str(listed["Key"]), str(listed["VersionId"])
        body = self._client.get_object(Bucket=self.name, Key=name, VersionId=version)["Body"]
        return Version(name, version, body.read().decode(errors="replace"), bool(listed["IsLatest"]))


def compare(
    table: Table, bucket: Bucket, span: tuple[datetime, datetime], now: datetime, report: Report
) -> Iterator[Difference]:
    """Yield the differences in a span, a day at a time, and count in `report`. Raises Unknown."""
    for day in audit_text.days(*span):
        stored = {audit_text.entry_id(item): audit_text.line(item) for item in table.query(f"AUDIT#{day}")}
        versions = list(bucket.versions(day))
        report.entries += len(stored)
        report.versions += len(versions)
        for one in _of_a_day(stored, versions, keys.stamp(now - DUE)):
            report.differences += 1
            yield one


def _of_a_day(stored: Mapping[str, str], versions: list[Version], due: str) -> Iterator[Difference]:
    archived: set[str] = set()
    differences: dict[tuple[str, str], Difference] = {}
    for version in versions:
        for line in version.content.splitlines():
            if found := _difference(line, version, stored):
                differences.setdefault((found.kind, found.entry), found)
            elif version.current:
                archived.add(_id(line))
    yield from differences.values()
    for entry in sorted(stored.keys() - archived):
        if _hour_end(entry) <= due and ("altered", entry) not in differences:
            where = audit_text.object_name(_hour(entry))
            yield Difference("missing", entry, f"is in the table, and not in the current version of {where}")


def _difference(line: str, version: Version, stored: Mapping[str, str]) -> Difference | None:
    entry, where = _id(line), f"{version.name}, version {version.id}"
    if not entry:
        return Difference("extra", line[:80], f"is no entry of the record, but a line of {where}")
    if audit_text.object_name(_hour(entry)) != version.name:
        return Difference("extra", entry, f"is of another hour than {where}")
    if entry not in stored:
        return Difference("extra", entry, f"is in {where}, and not in the table")
    return None if stored[entry] == line else Difference("altered", entry, f"differs between the table and {where}")


def _id(line: str) -> str:
    """Return the entry id of a line, '' for an invalid line."""
    try:
        found = json.loads(line)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""


def _hour(entry: str) -> str:
    """Return the hour with which an entry's id begins."""
    return entry[: len("2026-11-24T07")]


def _hour_end(entry: str) -> str:
    return keys.stamp(keys.parse(f"{_hour(entry)}:00:00Z") + timedelta(hours=1))
