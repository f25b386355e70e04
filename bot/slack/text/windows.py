"""Change windows and freezes as text. A window is shown in the policy's time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Final

from bot.domain.windows import Hours, Window
from bot.slack.text.blocks import escape, local_time

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST: Final = 4


def window_text(window: Window) -> str:
    """Format as `Mon–Fri 22:00–06:00 Europe/Berlin`."""
    times = "all day" if window.start == window.end == time() else f"{window.start:%H:%M}–{window.end:%H:%M}"
    return f"{_days(window.days)} {times} {window.zone}"


def _days(days: Sequence[int]) -> str:
    if len(days) == len(_DAYS):
        return "daily"
    in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1  # noqa: PLR2004 - two are named
    return f"{_DAYS[days[0]]}–{_DAYS[days[-1]]}" if in_a_row else ", ".join(_DAYS[day] for day in days)


def hours_text(several: Sequence[Hours], now: datetime) -> str:
    """List the change windows and the freeze in force now; '' without any."""
    return "; ".join(_hours_parts(several, now))


def _hours_parts(several: Sequence[Hours], now: datetime) -> Iterator[str]:
    for hours in several:
        if hours.windows:
            more = f" and {len(hours.windows) - _MOST} more" if len(hours.windows) > _MOST else ""
            yield f"only {', '.join(map(window_text, hours.windows[:_MOST]))}{more}"
    for hours in several:
        if frozen := hours.freeze(now):
            yield f"frozen until {local_time(frozen.end)} ({escape(frozen.reason, 100)})"
