"""Slack, remembering for a minute who people are and who is in a group.

`usergroups.users.list` may be called some 20 times a minute (docs.slack.dev/apis/web-api/rate-limits, Tier 2). The
memory is the process's own: what another function could write into a shared one would be a way to grant rights.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.ports import Clock, Slack

MAX_AGE: Final = timedelta(seconds=60)
_MOST: Final = 1_000
_REMEMBERED: Final = {"users.info": "user", "usergroups.users.list": "usergroup"}


class CachedSlack:
    """A `Slack` that answers `users.info` and `usergroups.users.list` from memory for up to a minute."""

    def __init__(self, inner: Slack, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[datetime, dict[str, Any]]] = {}

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method. Failures are never remembered; raises what the port raises."""
        if method not in _REMEMBERED or set(arguments) != {_REMEMBERED[method]}:
            return self._inner.call(method, **arguments)
        return self._remembered(method, str(arguments[_REMEMBERED[method]]), arguments)

    def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes."""
        self._inner.upload(url, content)

    def _remembered(self, method: str, subject: str, arguments: dict[str, Any]) -> dict[str, Any]:
        now = self._clock.wall()
        at, answer = self._known.get((method, subject), (None, {}))
        if at is None or now - at > MAX_AGE:
            answer = self._inner.call(method, **arguments)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[method, subject] = (now, answer)
        return answer
