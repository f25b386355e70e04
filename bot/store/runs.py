"""Runs: taken by conditional write, so that only one executor works on one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.domain.ports import ABSENT_ITEM, Put, Table, Test
from bot.domain.run import Run
from bot.store import items, keys

LOST_AFTER: Final = timedelta(seconds=60)
"""After this long the sweep takes a run's message for lost and sends it again."""


def load_run(table: Table, run_id: str) -> Run | None:
    """A run, or None."""
    item = table.get(keys.run(run_id))
    return items.run_from(item) if item else None


def create(run: Run, due_at: str) -> Put:
    """A new run, due at `due_at` so that the sweep finds it should its message be lost."""
    return Put({**items.run_item(run), **_due(run, due_at)}, when=ABSENT_ITEM)


def put(before: Run, after: Run, due_at: str = "") -> tuple[Run, Put]:
    """The run with its next `ver`, and its write if it is still as it was read; due again at `due_at`, if told."""
    stored = replace(after, ver=before.ver + 1)
    item = items.run_item(stored) | (_due(after, due_at) if due_at else {})
    return stored, Put(item, when=(Test("ver", "=", before.ver),))


def save(table: Table, before: Run, after: Run, due_at: str = "") -> Run:
    """Write a run alone. Raises Conflict if it was written since."""
    stored, write = put(before, after, due_at)
    table.write([write])
    return stored


@dataclass(frozen=True)
class Changed:
    """That a run changed something: when, and in which account."""

    at: str
    run: str
    account: str


def changed(run: Run, at: str) -> Put:
    """The write that lists a run among those that changed something, to be part of the transaction that ends it."""
    key = keys.changed(at, run.id)
    return Put({"pk": key.pk, "sk": key.sk, "at": at, "run": run.id, "account": run.plan.resource.account})


def changed_on(table: Table, day: str, limit: int) -> list[Changed]:
    """The runs that changed something on a UTC day, newest first."""
    found = table.query(f"CHANGED#{day}", limit=limit, newest_first=True)
    return [Changed(item["at"], item["run"], item["account"]) for item in found]


def load_runs(table: Table, run_ids: Sequence[str]) -> dict[str, Run]:
    """Those of the runs that exist, by id."""
    found = table.get_many([keys.run(run_id) for run_id in run_ids])
    return {run.id: run for run in map(items.run_from, found.values())}


def _due(run: Run, due_at: str) -> dict[str, str]:
    return {"due_pk": keys.due(run.id), "due_sk": due_at, "due_kind": "run"}
