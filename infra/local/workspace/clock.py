"""The workspace's clock: real time plus an offset that scripts advance; and ISO 8601 durations."""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from infra.local.workspace.errors import ScriptError

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

_MOST_DIGITS = 8
_FARTHEST = timedelta(days=3_660)


def duration(text: str) -> timedelta:
    """Parse PnDTnHnMnS. Raises ScriptError for anything else, and for an empty duration."""
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        raise ScriptError(f"{text!r} is not an ISO 8601 duration such as PT24H or P1DT30M")
    if max(len(part or "") for part in match.groups()) > _MOST_DIGITS:
        raise ScriptError(f"{text[:40]!r} is too long: the clock goes {_FARTHEST.days} days forward at most")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@dataclass
class Clock:
    """The time in the workspace; it only moves forward."""

    offset: timedelta = field(default_factory=timedelta)

    def advance(self, by: timedelta) -> None:
        """Advance the clock. Raises ScriptError for more than it can represent, which would break it permanently."""
        if self.offset + by > _FARTHEST:
            raise ScriptError(f"the clock goes {_FARTHEST.days} days forward at most; it is {self.offset.days} already")
        self.offset += by

    def now(self) -> datetime:
        """The workspace's time, in UTC."""
        return datetime.now(UTC) + self.offset

    def seconds(self) -> float:
        """The workspace's time, in Unix seconds."""
        return self.now().timestamp()

    @staticmethod
    def monotonic_seconds() -> float:
        """Seconds of the monotonic clock, for rates and for Slack's three seconds."""
        return time.monotonic()
