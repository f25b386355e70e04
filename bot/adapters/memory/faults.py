"""Fault injection for tests: conflicts, lost responses, stale reads, redelivery and crashes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.domain.errors import Conflict, Unknown


class Crash(BaseException):
    """The process ends here. A BaseException, since no `except Exception` stops a killed function either."""


class ResponseLost(Unknown):
    """The write was made, but its response did not arrive."""


@dataclass
class FaultPlan:
    """The faults of one test, by script (numbers count from 1) or by seeded chance; all its adapters share one plan.

    `conflicts` are the writes refused before they are made, as by a concurrent transaction; `lost_responses` those
    that are made although the caller gets an error. An index read lags `lag` writes behind, or, with `random_lag`, up
    to that many. The process crashes right after outside call number `crash_after`; `watch` is called with the name
    of every call after it was made, and may raise.
    """

    conflicts: frozenset[int] = frozenset()
    lost_responses: frozenset[int] = frozenset()
    conflict_chance: float = 0.0
    lost_response_chance: float = 0.0
    lag: int = 0
    random_lag: bool = False
    repeat_chance: float = 0.0
    reorder: bool = False
    crash_after: int | None = None
    watch: Callable[[str], None] | None = None
    seed: int = 0
    calls: int = field(default=0, init=False)
    writes: int = field(default=0, init=False)
    rng: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - repeatable tests need a seed; nothing secret depends on it

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        """Wrap one outside call: it counts even when it raises, and the process may crash after it."""
        try:
            yield
        finally:
            self._after(name)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Wrap one write: it may be refused before, or its response lost after."""
        self.writes += 1
        number = self.writes
        if number in self.conflicts or self._chance(self.conflict_chance):
            raise Conflict(f"write {number} conflicts with another transaction")
        yield
        if number in self.lost_responses or self._chance(self.lost_response_chance):
            raise ResponseLost(f"write {number} was made, but its response was lost")

    def index_lag(self) -> int:
        """Return the number of writes by which the next index read lags behind."""
        return self.rng.randint(0, self.lag) if self.random_lag else self.lag

    def redelivers(self) -> bool:
        """Return whether the next message is delivered twice."""
        return self._chance(self.repeat_chance)

    def _chance(self, chance: float) -> bool:
        return chance > 0 and self.rng.random() < chance

    def _after(self, name: str) -> None:
        self.calls += 1
        if self.watch:
            self.watch(name)
        if self.calls == self.crash_after:
            raise Crash(f"after call {self.calls}, {name}")


def no_faults() -> FaultPlan:
    """Return a plan without faults; its `calls` still count."""
    return FaultPlan()
