"""The table in memory, with the part of DynamoDB's semantics that the port has."""

from __future__ import annotations

import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import RLock
from typing import Any, Final, TypeVar, cast

from bot.adapters.aws.dynamodb_limits import INDEXES, check_item, check_writes, key_of
from bot.adapters.memory.faults import FaultPlan, no_faults
from bot.domain.errors import Conflict, NotStorable
from bot.domain.ports import Check, Delete, IndexName, Item, Key, Put, Test, Update, Write

TOKEN_LIFETIME: Final = 600
"""Seconds for which a token makes a write idempotent (AWS, TransactWriteItems, ClientRequestToken)."""

_HISTORY: Final = 100
"""Writes by which an index read can lag behind, at most."""


_Stored = TypeVar("_Stored")


class MemoryTable:
    """A `Table` in memory. Thread-safe; items are copied in and out. `now` returns seconds, for tokens only."""

    def __init__(self, faults: FaultPlan | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._faults = faults or no_faults()
        self._now = now
        self._lock = RLock()
        self._partitions: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        self._indexed: defaultdict[tuple[IndexName, str], set[Key]] = defaultdict(set)
        self._history: deque[dict[Key, Item | None]] = deque(maxlen=_HISTORY)
        self._tokens: dict[str, tuple[float, str]] = {}

    def get(self, key: Key) -> Item | None:
        with self._faults.call("table.get"), self._lock:
            return _copy(self._find(key))

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        with self._faults.call("table.get_many"), self._lock:
            found = {key: self._find(key) for key in keys}
            return {key: _copy(item) for key, item in found.items() if item is not None}

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int | None = None, newest_first: bool = False
    ) -> list[Item]:
        with self._faults.call("table.query"), self._lock:
            partition = self._partitions.get(pk, {})
            matches = (lambda sk: sk.startswith(prefix)) if prefix else (lambda sk: sk > after)
            wanted = sorted(filter(matches, partition), reverse=newest_first)
            return [_copy(partition[sk]) for sk in wanted[:limit]]

    def query_index(
        self, index: IndexName, pk: str, *, upto: str | None = None, limit: int | None = None
    ) -> list[Item]:
        """Return items whose `<index>_pk` is `pk`, by `<index>_sk`, `upto` included; stale by the lag of the plan."""
        with self._faults.call("table.query_index"), self._lock:
            items = self._as_of(index, pk, self._faults.index_lag())
            wanted = [item for item in items if upto is None or item[f"{index}_sk"] <= upto]
            wanted.sort(key=lambda item: (item[f"{index}_sk"], item["pk"], item["sk"]))
            return _copy(wanted[:limit])

    def write(self, writes: Sequence[Write], token: str = "") -> None:
        """Make all writes or none; once for the same `token`. Raises Conflict, NotStorable, TooLarge."""
        check_writes(writes)
        if not writes:
            return
        with self._faults.call("table.write"), self._lock, self._faults.write():
            if not self._seen(token, writes):
                self._commit(writes)
                self._record(token, writes)

    def everything(self) -> list[Item]:
        """Return all items, for tests that compare whole states."""
        with self._lock:
            return [_copy(part[sk]) for _, part in sorted(self._partitions.items()) for sk in sorted(part)]

    def _find(self, key: Key) -> Item | None:
        return self._partitions[key.pk].get(key.sk) if key.pk in self._partitions else None

    def _commit(self, writes: Sequence[Write]) -> None:
        before = {key_of(write): self._find(key_of(write)) for write in writes}
        failed = tuple(
            place for place, write in enumerate(writes) if not _all_hold(write.when, before[key_of(write)] or {})
        )
        if failed:
            names = ", ".join(f"{key_of(writes[place]).pk} / {key_of(writes[place]).sk}" for place in failed)
            raise Conflict(f"a condition fails for {names}", failed)
        after = {key_of(write): _after(write, before[key_of(write)]) for write in writes}
        for write in writes:
            if isinstance(write, Update) and (item := after[key_of(write)]) is not None:
                check_item(item)  # an item that is put was checked before
        self._history.append(before)
        for key, item in after.items():
            self._replace(key, before[key], item)

    def _replace(self, key: Key, old: Item | None, new: Item | None) -> None:
        for place in _index_places(old):
            self._indexed[place].discard(key)
        for place in _index_places(new):
            self._indexed[place].add(key)
        if new is not None:
            self._partitions[key.pk][key.sk] = new
        elif old is not None:
            del self._partitions[key.pk][key.sk]

    def _as_of(self, index: IndexName, pk: str, lag: int) -> list[Item]:
        view = {key: self._find(key) for key in self._indexed.get((index, pk), ())}
        for before in list(reversed(self._history))[:lag]:
            view.update(before)
        return [item for item in view.values() if item and (index, pk) in _index_places(item)]

    def _seen(self, token: str, writes: Sequence[Write]) -> bool:
        at, recorded = self._tokens.get(token, (float("-inf"), ""))
        if self._now() - at > TOKEN_LIFETIME:
            return False
        if recorded != repr(writes):
            raise NotStorable(f"the token {token} was used for other writes")
        return True

    def _record(self, token: str, writes: Sequence[Write]) -> None:
        if token:
            self._tokens[token] = (self._now(), repr(writes))


def _copy(value: _Stored) -> _Stored:
    """Return a deep copy of what a table can hold; copy.deepcopy takes several times as long."""
    copied: Any = value
    if isinstance(value, dict):
        copied = {name: _copy(member) for name, member in value.items()}
    elif isinstance(value, list | tuple):
        copied = type(value)([_copy(member) for member in value])
    return cast("_Stored", copied)


def _index_places(item: Item | None) -> list[tuple[IndexName, str]]:
    if item is None:
        return []
    return [(index, item[f"{index}_pk"]) for index in INDEXES if {f"{index}_pk", f"{index}_sk"} <= item.keys()]


def _after(write: Write, item: Item | None) -> Item | None:
    match write:
        case Put(item=new):
            return _copy(new)
        case Update():
            return _updated(write, item)
        case Delete():
            return None
        case Check():
            return item


def _updated(update: Update, item: Item | None) -> Item | None:
    if item is None and not update.sets and not update.adds:
        return None
    new: Item = _copy(item) if item is not None else {"pk": update.key.pk, "sk": update.key.sk}
    new.update(_copy(dict(update.sets)))
    for name, amount in update.adds.items():
        new[name] = _sum(name, new.get(name, 0), amount)
    for name in update.removes:
        new.pop(name, None)
    return new


def _sum(name: str, value: Any, amount: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotStorable(f"{name} is not a number: nothing can be added to it")
    return value + amount


def _all_hold(tests: Iterable[Test], item: Mapping[str, Any]) -> bool:
    return all(_holds(test, item) for test in tests)


def _holds(test: Test, item: Mapping[str, Any]) -> bool:
    """A missing attribute differs from every value and compares as neither less nor greater."""
    if test.attribute not in item:
        return test.op in ("absent", "<>")
    value = item[test.attribute]
    match test.op:
        case "absent":
            return False
        case "exists":
            return True
        case "=":
            return _equal(value, test.value)
        case "<>":
            return not _equal(value, test.value)
        case _:
            return _ordered(value, test.op, test.value)


def _equal(one: Any, other: Any) -> bool:
    """Compare types as well: to DynamoDB true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _ordered(value: Any, op: str, other: Any) -> bool:
    if type(value) is not type(other):
        return False
    return bool({"<": value < other, "<=": value <= other, ">": value > other, ">=": value >= other}[op])
