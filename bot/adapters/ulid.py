"""ULIDs (github.com/ulid/spec): 48 bits of milliseconds and 80 random bits, in Crockford's base 32."""

from __future__ import annotations

import secrets
from threading import Lock
from typing import Final

from bot.domain.ports import Clock

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 26
_RANDOM_BITS: Final = 80


class Ulids:
    """New ULIDs, strictly ascending within a process, also within a millisecond and when the clock steps back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._lock = Lock()

    def ulid(self) -> str:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        new = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        with self._lock:
            self._last = new if self._is_later(milliseconds) else self._last + 1
            return _encode(self._last)

    def _is_later(self, milliseconds: int) -> bool:
        return milliseconds > self._last >> _RANDOM_BITS


class CountingIds:
    """Predictable ids for tests: `00000000000000000000000001`, and so on."""

    def __init__(self) -> None:
        self._count = 0

    def ulid(self) -> str:
        self._count += 1
        return _encode(self._count)


def _encode(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
