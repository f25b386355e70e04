"""Clocks: system time, the local stack's shifted time, and a manual one for tests."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta

from bot.domain.errors import Unknown


class SystemClock:
    """`Clock` with the system's time for both `now` and `wall`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wall(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The local stack's clock: system time plus the offset that the local workspace serves at `url`."""

    def __init__(self, url: str, timeout: float = 2.0) -> None:
        if not url.startswith(("http://127.0.0.1:", "http://localhost:")):
            raise Unknown(f"a shifted clock is for the local stack only, not {url}")
        self._url = url
        self._timeout = timeout

    def now(self) -> datetime:
        """Return system time plus the offset, UTC. Raises Unknown when the offset cannot be read."""
        return self.wall() + timedelta(seconds=self._offset())

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def _offset(self) -> float:
        try:
            with urllib.request.urlopen(self._url, timeout=self._timeout) as answer:  # noqa: S310 - checked above
                return float(json.load(answer)["offset_seconds"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise Unknown(f"the local clock at {self._url} does not answer: {problem!r}") from problem


class ManualClock:
    """A clock set by tests; both times are the same unless `wall_time` is given."""

    def __init__(self, start: datetime, wall_time: datetime | None = None) -> None:
        self._now = start
        self._wall = wall_time

    def now(self) -> datetime:
        return self._now

    def wall(self) -> datetime:
        return self._wall or self._now

    def advance(self, **step: float) -> None:
        """Advance by `timedelta(**step)`, for example `advance(hours=24)`."""
        self._now += timedelta(**step)
