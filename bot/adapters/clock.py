"""Clocks: the real one, the local stack's, and one for tests."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta

from bot.domain.errors import Unknown


class SystemClock:
    """The machine's time, for both kinds."""

    def now(self) -> datetime:
        """Real time, UTC."""
        return datetime.now(UTC)

    def wall(self) -> datetime:
        """Real time, UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """The local stack's clock: real time plus the offset that the workspace names at `url`."""

    def __init__(self, url: str, timeout: float = 2.0) -> None:
        if not url.startswith(("http://127.0.0.1:", "http://localhost:")):
            raise Unknown(f"a shifted clock is for the stack on this machine only, not {url}")
        self._url = url
        self._timeout = timeout

    def now(self) -> datetime:
        """Real time plus the offset, UTC. Raises Unknown when the offset cannot be read: no guess is right."""
        return self.wall() + timedelta(seconds=self._offset())

    def wall(self) -> datetime:
        """Real time, UTC."""
        return datetime.now(UTC)

    def _offset(self) -> float:
        try:
            with urllib.request.urlopen(self._url, timeout=self._timeout) as answer:  # noqa: S310 - checked above
                return float(json.load(answer)["offset_seconds"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise Unknown(f"the local clock at {self._url} does not answer: {problem!r}") from problem


class ManualClock:
    """A clock that tests set; both times are the same unless `wall_time` is given."""

    def __init__(self, start: datetime, wall_time: datetime | None = None) -> None:
        self._now = start
        self._wall = wall_time

    def now(self) -> datetime:
        """The time that was set."""
        return self._now

    def wall(self) -> datetime:
        """The wall time that was set, else the same as `now`."""
        return self._wall or self._now

    def advance(self, **step: float) -> None:
        """Go on by `timedelta(**step)`, for example `advance(hours=24)`."""
        self._now += timedelta(**step)
