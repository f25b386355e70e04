"""Conversion of domain values to items and back: the value's fields as plain JSON types, its key and its form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

from bot.domain.canonical import canonical, decode
from bot.domain.case import Case
from bot.domain.finding import Finding
from bot.domain.manifest import Manifest
from bot.domain.plan import SettingConflict
from bot.domain.ports import Item, Key
from bot.domain.run import Run
from bot.domain.target import CaseTarget
from bot.store import keys

_FINDING: Final = TypeAdapter(Finding)
_TARGET: Final = TypeAdapter(CaseTarget)
_CASE: Final = TypeAdapter(Case)
_MANIFEST: Final = TypeAdapter(Manifest)
_RUN: Final = TypeAdapter(Run)

UNREADABLE: Final = (ValueError, LookupError, TypeError)
"""The errors of reading a row of another form, or a damaged one (pydantic's ValidationError is a ValueError)."""

Value = TypeVar("Value")

FORM: Final = 1
"""The version of the shape of rows. A row of another form is as unreadable as a damaged one."""

_COUNT: Final = "n_"
"""Prefix of a case's counts, one attribute each (`n_proposed`), since ADD takes top-level attributes only."""


def readable(rows: Iterable[Item], read: Callable[[Item], Value]) -> tuple[list[Value], list[Key]]:
    """Return the values of these rows, and the keys of the unreadable ones."""
    known, broken = [], []
    for item in rows:
        try:
            known.append(read(item))
        except UNREADABLE:
            broken.append(Key(str(item["pk"]), str(item["sk"])))
    return known, broken


def _item(adapter: TypeAdapter[Any], value: Any, key: Key) -> Item:
    fields: Item = adapter.dump_python(value, mode="json")
    return fields | {"pk": key.pk, "sk": key.sk, "form": FORM}


def _value(adapter: TypeAdapter[Value], item: Item) -> Value:
    if item.get("form") != FORM:
        raise ValueError(f"the row has the form {item.get('form')}, not {FORM}")
    return adapter.validate_python(item)


def finding_item(finding: Finding) -> Item:
    where = finding.resource
    return _item(_FINDING, finding, keys.finding(where.account, where.region, finding.fid))


def finding_from(item: Item) -> Finding:
    return _value(_FINDING, item)


def target_item(target: CaseTarget) -> Item:
    """Return a target as an item; values in conflict are canonical JSON, since a setting may be anything."""
    plain = replace(target, attempt=replace(target.attempt, conflicts=()))
    item = _item(_TARGET, plain, keys.case_target(target.case_id, target.target_id))
    item["attempt"]["conflicts"] = [_conflict_text(conflict) for conflict in target.attempt.conflicts]
    return item


def target_from(item: Item) -> CaseTarget:
    attempt = item["attempt"]
    conflicts = tuple(map(_conflict_from, attempt["conflicts"]))
    target = _value(_TARGET, {**item, "attempt": {**attempt, "conflicts": ()}})
    return replace(target, attempt=replace(target.attempt, conflicts=conflicts))


def _conflict_text(conflict: SettingConflict) -> str:
    return canonical([conflict.setting, conflict.before, conflict.after, conflict.now])


def _conflict_from(text: str) -> SettingConflict:
    return SettingConflict(*(decode(part) for part in json.loads(text)))


def case_item(case: Case) -> Item:
    """Return a case as an item, with an attribute for each of its counts."""
    item = _item(_CASE, case, keys.case(case.id))
    counts = item.pop("counts")
    return item | {f"{_COUNT}{state}": number for state, number in counts.items()} | {"rank": case.severity.rank}


def case_from(item: Item) -> Case:
    counts = {name.removeprefix(_COUNT): number for name, number in item.items() if name.startswith(_COUNT) and number}
    return _value(_CASE, {**item, "counts": counts})


def count_attribute(state: str) -> str:
    """Return the attribute that counts a case's targets in this state."""
    return f"{_COUNT}{state}"


def manifest_item(manifest: Manifest) -> Item:
    return _item(_MANIFEST, manifest, keys.manifest(manifest.case_id, manifest.hash))


def manifest_from(item: Item) -> Manifest:
    return _value(_MANIFEST, item)


def run_item(run: Run) -> Item:
    return _item(_RUN, run, keys.run(run.id))


def run_from(item: Item) -> Run:
    return _value(_RUN, item)
