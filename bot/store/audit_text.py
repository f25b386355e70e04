"""The audit record as text: a JSON line or a row of a table for each entry, always the same for the same entry."""

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
"""Characters that start a formula in a spreadsheet (OWASP, CSV Injection)."""


def between(table: Table, start: datetime, end: datetime, account: str = "") -> Iterator[Item]:
    """The entries from `start` to before `end`, oldest first, of an account if one is named: one read a day."""
    first, last = keys.stamp(start), keys.stamp(end)
    for day in days(start, end):
        for item in table.query(f"AUDIT#{day}"):
            if first <= item["at"] < last and account in {"", item.get("account", "")}:
                yield item


def days(start: datetime, end: datetime) -> list[str]:
    """The UTC days of a span, oldest first; the day in which it ends belongs to it."""
    first, last = keys.stamp(start)[:10], keys.stamp(end)[:10]
    found = [first]
    while found[-1] < last:
        found.append(keys.stamp(keys.parse(f"{found[-1]}T00:00:00Z") + timedelta(days=1))[:10])
    return found


def object_name(hour: str) -> str:
    """Under which name an hour (`2026-11-24T07`) is archived."""
    return f"{ARCHIVED}{hour[:10]}/{hour[11:13]}.jsonl"


def entry_id(item: Item) -> str:
    """Return the permanent id of an entry: its time, and the hash of its identity."""
    return str(item["sk"])


def line(item: Item) -> str:
    """An entry as one line of JSON, canonical: the same entry always gives the same bytes."""
    return dumps({**{name: value for name, value in item.items() if name not in {"pk", "sk"}}, "id": entry_id(item)})


def lines(items: Iterable[Item]) -> str:
    """Entries as JSON lines, in the order of their ids."""
    return "".join(f"{line(item)}\n" for item in sorted(items, key=entry_id))


def table_of(items: Iterable[Item]) -> str:
    """Entries as CSV with a head (RFC 4180); no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in items:
        told = {**item, "id": entry_id(item)}
        writer.writerow([safe(_cell(told.get(name, ""))) for name in COLUMNS])
    return out.getvalue()


def safe(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)
