"""Runs: taken by conditional write, so that only one executor works on one at a time."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.ports import ABSENT_ITEM, Put, Table, Test
from bot.domain.run import Run
from bot.store import items, keys


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
    """Write a run by itself. Raises Conflict when somebody else wrote it since."""
    stored, write = put(before, after, due_at)
    table.write([write])
    return stored


def _due(run: Run, due_at: str) -> dict[str, str]:
    return {"due_pk": keys.due(run.id), "due_sk": due_at, "due_kind": "run"}
