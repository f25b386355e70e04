"""A cache of users and user groups over Slack's Web API, for one minute.

`usergroups.users.list` may be called about 20 times a minute (docs.slack.dev/apis/web-api/rate-limits, Tier 2). The
cache lives in the process: write access to a shared one would grant approval rights.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.ports import Clock, Slack

MAX_AGE: Final = timedelta(seconds=60)
_MAX_ENTRIES: Final = 1_000
_CACHED: Final = {"users.info": "user", "usergroups.users.list": "usergroup"}


class CachedSlack:
    """A `Slack` that answers `users.info` and `usergroups.users.list` from its cache."""

    def __init__(self, inner: Slack, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._cache: dict[tuple[str, str], tuple[datetime, dict[str, Any]]] = {}

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method. Failures are not cached; raises what the port raises."""
        if method not in _CACHED or set(arguments) != {_CACHED[method]}:
            return self._inner.call(method, **arguments)
        return self._cached(method, str(arguments[_CACHED[method]]), arguments)

    def upload(self, url: str, content: bytes) -> None:
        self._inner.upload(url, content)

    def _cached(self, method: str, subject: str, arguments: dict[str, Any]) -> dict[str, Any]:
        now = self._clock.wall()
        at, answer = self._cache.get((method, subject), (None, {}))
        if at is None or now - at > MAX_AGE:
            answer = self._inner.call(method, **arguments)
            if len(self._cache) >= _MAX_ENTRIES:
                self._cache.clear()
            self._cache[method, subject] = (now, answer)
        return answer
