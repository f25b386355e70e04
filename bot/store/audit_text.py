"""The audit record as text: a JSON line or a CSV row for each entry, the same bytes for the same entry."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.canonical import dumps
from bot.domain.ports import Item, Table
from bot.store import keys

COLUMNS: Final = (
    *("at", "what", "who", "account", "region", "resource", "controls", "severity", "before", "after", "changes"),
    *("reason", "reference", "policy", "right", "run", "digest", "calls", "case", "target", "channel", "ts", "grounds"),
    "id",
)
"""The columns of the table, and the fields of a line, which has those that are not empty."""

ARCHIVED: Final = "audit/"
"""Prefix of the object names of archived hours."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Characters that begin a formula in a spreadsheet (OWASP, CSV Injection)."""


def between(table: Table, start: datetime, end: datetime, account: str = "") -> Iterator[Item]:
    """Yield the entries from `start` to before `end`, oldest first, of one account or all: one read a day."""
    first, last = keys.stamp(start), keys.stamp(end)
    for day in days(start, end):
        for item in table.query(f"AUDIT#{day}"):
            if first <= item["at"] < last and account in {"", item.get("account", "")}:
                yield item


def days(start: datetime, end: datetime) -> list[str]:
    """Return the UTC days of a span, oldest first, with the day in which it ends."""
    first, last = keys.stamp(start)[:10], keys.stamp(end)[:10]
    found = [first]
    while found[-1] < last:
        found.append(keys.stamp(keys.parse(f"{found[-1]}T00:00:00Z") + timedelta(days=1))[:10])
    return found


def object_name(hour: str) -> str:
    """Return the name under which an hour (`2026-11-24T07`) is archived."""
    return f"{ARCHIVED}{hour[:10]}/{hour[11:13]}.jsonl"


def entry_id(item: Item) -> str:
    """Return the permanent id of an entry: its time, and the hash of its identity."""
    return str(item["sk"])


def line(item: Item) -> str:
    """Return an entry as one line of canonical JSON."""
    return dumps({**{name: value for name, value in item.items() if name not in {"pk", "sk"}}, "id": entry_id(item)})


def lines(items: Iterable[Item]) -> str:
    """Return entries as JSON lines, in the order of their ids."""
    return "".join(f"{line(item)}\n" for item in sorted(items, key=entry_id))


def table_of(items: Iterable[Item]) -> str:
    """Return entries as CSV with a header (RFC 4180), in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in items:
        fields = {**item, "id": entry_id(item)}
        writer.writerow([safe(_cell(fields.get(name, ""))) for name in COLUMNS])
    return out.getvalue()


def safe(cell: str) -> str:
    """Return the cell, with an apostrophe before what a spreadsheet would evaluate."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)
