"""A table that counts what DynamoDB would bill, and a stage that assigns the work to functions.

Units are DynamoDB's: a write of each KiB begun, twice in a transaction, once more for each index that the item is in;
a consistent read of each 4 KiB begun, half of it for an index. See
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from math import ceil
from typing import Any, Final

from bot.adapters.aws.dynamodb_limits import INDEXES, key_of
from bot.adapters.aws.dynamodb_table import _is_idempotent
from bot.adapters.memory.queue import MemoryQueue
from bot.adapters.memory.table import MemoryTable
from bot.domain.ports import Check, IndexName, Item, Key, Write
from handlers import schedule
from tests.flows.stage import Stage

FUNCTION_OF: Final = {
    "plan": "plan",
    "cards": "cards",
    "answers": "cards",
    "decisions": "remediate",
    "runs": "remediate",
    "proofs": "remediate",
}
KIB: Final = 1024


@dataclass(frozen=True)
class Work:
    """Requests to AWS and Slack."""

    invocations: float = 0
    writes: float = 0
    reads: float = 0
    table_calls: float = 0
    messages: float = 0
    fifo_messages: float = 0
    slack_calls: float = 0
    account_calls: float = 0
    records: float = 0
    stored_bytes: float = 0

    def __add__(self, other: Work) -> Work:
        return Work(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Work)))

    def __sub__(self, other: Work) -> Work:
        return self + other * -1

    def __mul__(self, times: float) -> Work:
        return Work(*(getattr(self, one.name) * times for one in fields(Work)))


By = Mapping[str, Work]
"""Work by function."""


@contextmanager
def doing(function: str, by: dict[str, Work], used: Callable[[], Work], invocations: int = 1) -> Iterator[None]:
    """Add the usage inside the block to this function."""
    before = used()
    yield
    by[function] = by.get(function, Work()) + used() - before + Work(invocations=invocations)


class MeteredTable:
    """A `Table` that counts and delegates to another."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table
        self.used = Work()

    def get(self, key: Key) -> Item | None:
        """Count one consistent read."""
        item = self._table.get(key)
        self._read([item or {}])
        return item

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Count one read for each key, in requests of a hundred."""
        wanted = list(dict.fromkeys(keys))
        found = self._table.get_many(wanted)
        self._read([found.get(key, {}) for key in wanted], calls=ceil(len(wanted) / 100))
        return found

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int | None = None, newest_first: bool = False
    ) -> list[Item]:
        """Count the sizes of all items together, and a request for each MiB."""
        found = self._table.query(pk, prefix=prefix, after=after, limit=limit, newest_first=newest_first)
        return self._together(found)

    def query_index(
        self, index: IndexName, pk: str, *, upto: str | None = None, limit: int | None = None
    ) -> list[Item]:
        """Count as `query`, at half the price: reads of an index are eventually consistent."""
        return self._together(self._table.query_index(index, pk, upto=upto, limit=limit), 0.5)

    def write(self, writes: Sequence[Write], token: str = "") -> None:
        """Count each write by its larger size, before or after; a failed one costs the same."""
        before = [self._table._find(key_of(write)) for write in writes]
        try:
            self._table.write(writes, token)
        finally:
            times = 1 if len(writes) == 1 and not token and _is_idempotent(writes[0]) else 2
            after = [self._table._find(key_of(write)) for write in writes]
            for write, old, new in zip(writes, before, after, strict=True):
                self._use(writes=times * _kib(max(size(old), size(new))) + _index_writes(write, old, new))
                self._use(stored=size(new) - size(old))
            self._use(calls=1 if writes else 0, records=sum(key_of(write).pk.startswith("AUDIT#") for write in writes))

    def _read(self, items: list[Item], calls: int = 1) -> None:
        self._use(reads=sum(_four_kib(size(item)) for item in items), calls=calls)

    def _together(self, items: list[Item], price: float = 1) -> list[Item]:
        total = sum(map(size, items))
        self._use(reads=price * _four_kib(total), calls=max(1, ceil(total / KIB / KIB)))
        return items

    def _use(self, *, writes: float = 0, reads: float = 0, calls: int = 0, stored: int = 0, records: int = 0) -> None:
        self.used += Work(writes=writes, reads=reads, table_calls=calls, stored_bytes=stored, records=records)


def _kib(octets: int) -> int:
    return max(1, ceil(octets / KIB))


def _four_kib(octets: int) -> int:
    return max(1, ceil(octets / KIB / 4))


def _index_writes(write: Write, old: Item | None, new: Item | None) -> int:
    """Return the writes to indexes: one for a new entry, one for a removed entry, one for a changed copy."""
    if isinstance(write, Check) or old == new:
        return 0
    return sum(_index_write(index, old or {}, new or {}) for index in INDEXES)


def _index_write(index: str, old: Item, new: Item) -> int:
    places = [tuple(item.get(f"{index}_{part}", "") for part in ("pk", "sk")) for item in (old, new)]
    held = [item for item, place in zip((old, new), places, strict=True) if all(place)]
    if len(held) == 2 and places[0] == places[1]:
        return _kib(max(map(size, held)))
    return sum(_kib(size(item)) for item in held)


def size(item: Item | None) -> int:
    """Return the bytes that DynamoDB counts for an item; 0 for none.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def _value_size(value: Any) -> int:
    match value:
        case None | bool():
            return 1
        case str():
            return len(value.encode())
        case int():
            return ceil(len(str(abs(value))) / 2) + 2
        case dict():
            return 3 + sum(len(name.encode()) + _value_size(one) + 1 for name, one in value.items())
        case _:
            return 3 + sum(_value_size(one) + 1 for one in value)


@dataclass
class MeteredStage(Stage):
    """The whole bot in memory; `by` has the work of each function."""

    by: dict[str, Work] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.metered = MeteredTable(self.table)
        self.world = replace(self.world, table=self.metered)

    def used(self) -> Work:
        """Return all work so far, except invocations."""
        queues = [queue for queue in vars(self.world.queues).values() if isinstance(queue, MemoryQueue)]
        sent = {fifo: sum(len(queue.sent) for queue in queues if queue.fifo is fifo) for fifo in (True, False)}
        return self.metered.used + Work(
            messages=sent[False],
            fifo_messages=sent[True],
            slack_calls=len(self.slack.calls),
            account_calls=len(self.calls),
        )

    def tell(self, *events: Mapping[str, Any]) -> frozenset[str]:
        """Deliver events as the stage does, and count the queue that EventBridge fills."""
        with doing("ingest", self.by, self.used):
            failed = super().tell(*events)
        self.by["ingest"] += Work(messages=len(events))
        return failed

    def job(self, name: str) -> None:
        """Run one scheduled job, and the messages that follow."""
        with doing("schedule", self.by, self.used):
            schedule.handler({"job": name}, None, self.world)
        self.pump()

    def _deliver(self, name: str) -> bool:
        queue: MemoryQueue = getattr(self.world.queues, name)
        if not any(queue._is_visible(message) for message in queue.waiting):
            return False
        with doing(FUNCTION_OF[name], self.by, self.used):
            return super()._deliver(name)
