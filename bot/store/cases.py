"""Cases, their targets, and what their cards showed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import Conflict
from bot.domain.finding import Severity
from bot.domain.manifest import Manifest
from bot.domain.ports import ABSENT_ITEM, Key, Put, Table, Test, Update, Write
from bot.domain.target import CaseTarget
from bot.store import items, keys

OUTBOX: Final = timedelta(seconds=60)
"""The time after which the sweep assumes that a message was lost, and sends it again."""


def load_case(table: Table, case_id: str) -> Case | None:
    item = table.get(keys.case(case_id))
    return items.case_from(item) if item else None


def load_target(table: Table, case_id: str, target_id: str) -> CaseTarget | None:
    item = table.get(keys.case_target(case_id, target_id))
    return items.target_from(item) if item else None


def load_several(table: Table, targets: Iterable[tuple[str, str]]) -> dict[tuple[str, str], CaseTarget]:
    """Return those of the targets (case, target) that exist and are readable: one batched read."""
    rows = table.get_many([keys.case_target(*one) for one in sorted(targets)]).values()
    return {(target.case_id, target.target_id): target for target in items.readable(rows, items.target_from)[0]}


def load_cases(table: Table, case_ids: Iterable[str]) -> dict[str, Case]:
    """Return those of the cases that exist and are readable, by id: one batched read."""
    rows = table.get_many([keys.case(one) for one in sorted(case_ids)]).values()
    return {case.id: case for case in items.readable(rows, items.case_from)[0]}


def load_targets(table: Table, case_id: str) -> list[CaseTarget]:
    """Return the targets of a case, worst severity first, then by resource; those without findings only if all are."""
    return _ordered(items.target_from(item) for item in table.query(f"CASE#{case_id}", prefix="T#"))


def load_readable(table: Table, case_id: str) -> tuple[list[CaseTarget], list[str]]:
    """Return the targets as `load_targets` does, and the ids of the unreadable ones."""
    targets, broken = items.readable(table.query(f"CASE#{case_id}", prefix="T#"), items.target_from)
    return _ordered(targets), [key.sk.removeprefix("T#") for key in broken]


def _ordered(targets: Iterable[CaseTarget]) -> list[CaseTarget]:
    every = list(targets)
    shown = [target for target in every if target.findings] or every
    return sorted(shown, key=lambda target: (target.severity.rank, target.resource.region, target.resource.id))


def load_manifest(table: Table, case_id: str, digest: str) -> Manifest | None:
    item = table.get(keys.manifest(case_id, digest))
    return items.manifest_from(item) if item else None


def put_manifest(table: Table, manifest: Manifest) -> None:
    """Store the manifest of a card before it is shown; storing it again is harmless, since its key is its hash.

    Raises Conflict where it could not be stored: then it must not be shown either.
    """
    try:
        table.write([Put(items.manifest_item(manifest), when=ABSENT_ITEM)])
    except Conflict as conflict:
        if not conflict.failed:
            raise


def behind(case: Case, now: str) -> dict[str, str]:
    """Return the attributes that put a case on its channel's list of cards to render, most severe first.

    It is due as well (the outbox rule): if the render message is lost, the sweep sends it again.
    """
    rendered_by = keys.stamp(keys.parse(now) + OUTBOX)
    listed = {"behind_pk": keys.behind(case.channel), "behind_sk": f"{case.severity.rank}#{now}#{case.id}"}
    return {**listed, **due(case, rendered_by)}


def touch(
    case: Case, now: str, counts: Mapping[str, int], sets: Mapping[str, Any] | None = None, *, urgent: bool = False
) -> Update:
    """Return the update that raises a case's version, changes its counts and lists it to be rendered.

    `urgent` is for what people wait for: the card then shows it at once, however lately it was drawn.
    """
    adds = {items.count_attribute(state): number for state, number in counts.items() if number}
    if urgent:
        adds["urgent_changes"] = 1
    return Update(keys.case(case.id), sets={**behind(case, now), **(sets or {})}, adds={"version": 1, **adds})


def due(case: Case, at: str) -> dict[str, str]:
    """Return the attributes that make the sweep look at a case at this time."""
    return {"due_pk": keys.due(case.id), "due_sk": at, "due_kind": "case"}


def create(case: Case, pointer: Key, replaces: str, now: str) -> list[Write]:
    """Return the writes of a new case and of the pointer to it, in place of the case `replaces` ('' for none)."""
    unclaimed = (Test("case", "=", replaces),) if replaces else ABSENT_ITEM
    return [
        Put({**items.case_item(case), **behind(case, now)}, when=ABSENT_ITEM),
        Put({"pk": pointer.pk, "sk": pointer.sk, "case": case.id}, when=unclaimed),
    ]


def worsen(severity: Severity) -> tuple[dict[str, Any], tuple[Test, ...]]:
    """Return what to set on a case that a worse finding joins, and the test that it has not become worse since."""
    return {"severity": severity.value, "rank": severity.rank}, (Test("rank", ">", severity.rank),)


def put_target(before: CaseTarget | None, after: CaseTarget) -> tuple[CaseTarget, Put]:
    """Return the target with its next `ver`, and its write on condition that it is as it was read."""
    unchanged = (Test("ver", "=", before.ver),) if before else ABSENT_ITEM
    stored = replace(after, ver=(before.ver if before else 0) + 1)
    return stored, Put(items.target_item(stored), when=unchanged)


def save_target(
    table: Table,
    case: Case,
    before: CaseTarget | None,
    after: CaseTarget,
    now: str,
    extra: Sequence[Write] = (),
    case_sets: Mapping[str, Any] | None = None,
) -> CaseTarget:
    """Write a target with its case's counts and the `extra` writes in one transaction. Raises Conflict."""
    stored, put = put_target(before, after)
    table.write([put, touch(case, now, counted(before, after), case_sets, urgent=True), *extra])
    return stored


def lift(target: CaseTarget, now: str) -> Put:
    """Return the write that keeps a suppression's end due until Security Hub has been updated (the outbox rule)."""
    key, lost_at = keys.lift(target.case_id, target.target_id), keys.stamp(keys.parse(now) + OUTBOX)
    due_then = {"due_pk": keys.due(target.case_id), "due_sk": lost_at, "due_kind": "lift"}
    return Put({"pk": key.pk, "sk": key.sk, "case": target.case_id, "target_id": target.target_id, **due_then})


def lifted(table: Table, target: CaseTarget) -> None:
    """Note that Security Hub has been updated; nothing is written where that was not due."""
    still_due = (Test("due_sk", "exists"),)
    done = Update(keys.lift(target.case_id, target.target_id), removes=("due_pk", "due_sk", "due_kind"), when=still_due)
    with suppress(Conflict):
        table.write([done])


def counted(before: CaseTarget | None, after: CaseTarget) -> dict[str, int]:
    """Return what a target's move adds to its case's counts; one without findings is superseded and not counted."""
    if before is None or not before.findings:
        return {after.state.value: 1} if before is None or after.findings else {}
    if not after.findings:
        return {before.state.value: -1}
    return {before.state.value: -1, after.state.value: 1} if before.state != after.state else {}


def open_case_id(table: Table, pointer: Key) -> str:
    """Return the id of the open case of a pointer, or ''."""
    item = table.get(pointer)
    return str(item["case"]) if item else ""


def open_case_ids(table: Table, account: str) -> list[str]:
    """Return the id of the newest case, open or closed, of each subject and route in an account: one read."""
    return [str(item["case"]) for item in table.query(keys.pointers(account))]
