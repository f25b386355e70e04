"""A hostile world for tests: what the network, a rival and a crash can do between any two calls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.domain.errors import Conflict, Unknown


class Crash(BaseException):
    """The process ends here. No `except Exception` stops it, as none stops a killed function."""


class ResponseLost(Unknown):
    """The write happened, but its answer did not arrive."""


@dataclass
class FaultPlan:
    """What goes wrong, by script (numbers count from 1) or by seeded chance; share one among all twins of a test.

    `conflicts` are the writes refused before they happen, as if a rival's transaction were in the way; `losses`
    those that happen although the caller sees an error. An index read lags `lag` writes behind, or, with
    `random_lag`, up to that many. The process crashes right after outside call number `crash_after`; `watch` is told
    of every call after it was made (it may raise, too).
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
        self.rng = random.Random(self.seed)  # noqa: S311 - a repeatable test needs a seed, no secret hangs on it

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        """Surround one outside call: whatever its end, it counts, and the process may crash after it."""
        try:
            yield
        finally:
            self._after(name)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Surround the moment of one write: it may be refused before, or its answer lost after."""
        self.writes += 1
        number = self.writes
        if number in self.conflicts or self._chance(self.conflict_chance):
            raise Conflict(f"write {number} met another transaction")
        yield
        if number in self.lost_responses or self._chance(self.lost_response_chance):
            raise ResponseLost(f"write {number} was made, but its answer was lost")

    def index_lag(self) -> int:
        """How many writes the next index read lags behind."""
        return self.rng.randint(0, self.lag) if self.random_lag else self.lag

    def redelivers(self) -> bool:
        """Whether the next message is delivered twice."""
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
    """A world in which nothing goes wrong; its `calls` still count."""
    return FaultPlan()
