"""Weekly windows in a time zone, and freezes, correct across changes of the clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.finding import Severity

DAY: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=366)
"""The time ahead within which an opening is searched for."""

_DAYS: Final = 16
"""Within so many days a weekly window opens at least once, even if a clock change skips it in one week."""

_SECOND: Final = timedelta(seconds=1)


def moment(day: date, at: time, zone: str) -> datetime:
    """Return the first moment at which a clock of the zone shows this time of this day, or a later one.

    For a time that comes twice that is the first; for one that a clock change skips, the moment of the change.
    """
    wanted, where = datetime.combine(day, at), ZoneInfo(zone)
    low, high = (wanted.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (1, 0))
    if low >= high:
        return high
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        low, high = (middle, high) if _shown(middle, where) < wanted else (low, middle)
    return high.replace(microsecond=0)


def _shown(at: datetime, where: ZoneInfo) -> datetime:
    return at.astimezone(where).replace(tzinfo=None)


@dataclass(frozen=True)
class Window:
    """A weekly window on these days (Monday is 0); an `end` that is not after `start` is on the next day."""

    days: tuple[int, ...]
    start: time
    end: time
    zone: str

    def openings(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield openings and closings: of the days around `now`, and enough after it to find the next."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        for day in (today + timedelta(days=number) for number in range(-2, _DAYS)):
            if day.weekday() in self.days:
                last = day if self.end > self.start else day + DAY
                opens, closes = moment(day, self.start, self.zone), moment(last, self.end, self.zone)
                if opens < closes:
                    yield opens, closes


def until(windows: Sequence[Window], now: datetime) -> datetime:
    """Return when the windows that adjoin each other from now on close; `now` outside of all.

    Windows that never end are reported to end after `AHEAD`.
    """
    at = now
    while at - now < AHEAD:
        closes = [closes for window in windows for opens, closes in window.openings(at) if opens <= at < closes]
        if not closes:
            return at
        at = max(closes)
    return at


@dataclass(frozen=True)
class Freeze:
    """A time in which nothing is changed, with the reason."""

    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True)
class Hours:
    """The hours in which changes may be made: in one of the windows (without any: always), and in no freeze."""

    windows: tuple[Window, ...] = ()
    freezes: tuple[Freeze, ...] = ()

    def freeze(self, now: datetime) -> Freeze | None:
        """Return the freeze in force, if there is one."""
        return next((freeze for freeze in self.freezes if freeze.start <= now < freeze.end), None)

    def opens(self, now: datetime) -> datetime | None:
        """Return the next moment, possibly now, at which changes may be made; None if none is within `AHEAD`."""
        at = now
        while at - now < AHEAD:
            frozen = self.freeze(at)
            found = frozen.end if frozen else self._window(at)
            if found is None or found == at:
                return found
            at = found
        return None

    def _window(self, now: datetime) -> datetime | None:
        if not self.windows:
            return now
        known = [one for window in self.windows for one in window.openings(now)]
        return min((max(opens, now) for opens, closes in known if closes > now), default=None)


@dataclass(frozen=True)
class Quiet:
    """The quiet hours of a channel: outside of `hours`, except for the urgent severities."""

    hours: Hours = field(default_factory=Hours)
    urgent: tuple[Severity, ...] = ()

    def until(self, now: datetime, severity: Severity | None = None) -> datetime | None:
        """Return when the quiet hours end, if it is quiet now for this severity (None: one that is never urgent)."""
        opens = None if severity in self.urgent else self.hours.opens(now)
        return opens if opens and opens > now else None


def next_open(several: Sequence[Hours], now: datetime) -> datetime | None:
    """Return the next moment, possibly now, at which all of them allow changes; None if none is within `AHEAD`."""
    at = now
    while at - now < AHEAD:
        found = [hours.opens(at) for hours in several]
        latest = max((one for one in found if one), default=at)
        if None in found:
            return None
        if latest == at:
            return at
        at = latest
    return None


def why_closed(several: Sequence[Hours], now: datetime) -> str:
    """Return why no change may be made now, in a few words; '' if one may."""
    frozen = [freeze for hours in several if (freeze := hours.freeze(now))]
    if frozen:
        return f"frozen: {max(frozen, key=lambda one: one.end).reason}"
    return "" if all(hours.opens(now) == now for hours in several) else "outside of the windows for changes"
