"""Runs: acquired by conditional write, so that one executor at a time works on a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.domain.ports import ABSENT_ITEM, Put, Table, Test
from bot.domain.run import Run
from bot.store import items, keys

LOST_AFTER: Final = timedelta(seconds=60)
"""The time after which the sweep assumes that a run's message was lost, and sends it again."""


def load_run(table: Table, run_id: str) -> Run | None:
    item = table.get(keys.run(run_id))
    return items.run_from(item) if item else None


def create(run: Run, due_at: str) -> Put:
    """Return the write of a new run, due at `due_at`, when the sweep sends its message if it was lost."""
    return Put({**items.run_item(run), **_due(run, due_at)}, when=ABSENT_ITEM)


def put(before: Run, after: Run, due_at: str = "") -> tuple[Run, Put]:
    """Return the run with its next `ver`, and its write if it is still as it was read, due at `due_at` if given."""
    stored = replace(after, ver=before.ver + 1)
    item = items.run_item(stored) | (_due(after, due_at) if due_at else {})
    return stored, Put(item, when=(Test("ver", "=", before.ver),))


def save(table: Table, before: Run, after: Run, due_at: str = "") -> Run:
    """Write a run in a transaction of its own. Raises Conflict when somebody has written it since it was read."""
    stored, write = put(before, after, due_at)
    table.write([write])
    return stored


@dataclass(frozen=True)
class Changed:
    """A run that changed something."""

    at: str
    run: str
    account: str


def changed(run: Run, at: str) -> Put:
    """Return the write that lists a run as one that changed something, for the transaction that ends it."""
    key = keys.changed(at, run.id)
    return Put({"pk": key.pk, "sk": key.sk, "at": at, "run": run.id, "account": run.plan.resource.account})


def changed_on(table: Table, day: str, limit: int) -> list[Changed]:
    """Return the runs that changed something on a UTC day, newest first."""
    found = table.query(f"CHANGED#{day}", limit=limit, newest_first=True)
    return [Changed(item["at"], item["run"], item["account"]) for item in found]


def load_runs(table: Table, run_ids: Sequence[str]) -> dict[str, Run]:
    """Return those of the runs that exist, by id."""
    found = table.get_many([keys.run(run_id) for run_id in run_ids])
    return {run.id: run for run in map(items.run_from, found.values())}


def _due(run: Run, due_at: str) -> dict[str, str]:
    return {"due_pk": keys.due(run.id), "due_sk": due_at, "due_kind": "run"}
