"""Windows and freezes: by the clocks on the wall of their zone, also on the days when those are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.windows import Freeze, Hours, Window, moment, next_open, until, why_closed

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC")
EVERY_DAY = tuple(range(7))

zones = st.sampled_from(ZONES)
fives = st.integers(0, 365 * 24 * 12).map(lambda number: number * timedelta(minutes=5))
times = fives.map(lambda since: (datetime.min.replace(tzinfo=UTC) + since).time())
dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
instants = fives.map(lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since)
days = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
windows = st.builds(Window, days, times, times, zones)
lengths = st.integers(1, 400).map(lambda number: timedelta(hours=number))
freezes = st.builds(lambda start, length: Freeze(start, start + length, "a freeze"), instants, lengths)
hours = st.builds(Hours, st.lists(windows, max_size=3).map(tuple), st.lists(freezes, max_size=2).map(tuple))


def at(text: str, zone: str = BERLIN) -> datetime:
    """A local time, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def nights(*days: int) -> Window:
    return Window(days, time(22), time(6), BERLIN)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday_night = Hours((nights(4),))
    assert friday_night.opens(at("2026-09-26T05:59")) == at("2026-09-26T05:59")
    assert friday_night.opens(at("2026-09-26T06:00")) == at("2026-10-02T22:00")
    assert friday_night.opens(at("2026-09-25T21:59")) == at("2026-09-25T22:00")


@pytest.mark.parametrize(("day", "long"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-09-22", 8)])
def test_a_night_in_which_clocks_change_is_an_hour_shorter_or_longer(day: str, long: int) -> None:
    opens = at(f"{day}T22:00")
    assert until((nights(*EVERY_DAY),), opens) - opens == timedelta(hours=long)


def test_a_time_that_is_skipped_is_the_moment_of_the_change() -> None:
    assert moment(date(2026, 3, 29), time(2, 30), BERLIN) == at("2026-03-29T03:00")
    skipped = Hours((Window(EVERY_DAY, time(2, 15), time(2, 45), BERLIN),))
    assert skipped.opens(at("2026-03-29T00:00")) == at("2026-03-30T02:15")


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    assert moment(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_same_time_of_day_at_both_ends_is_a_whole_day() -> None:
    saturday = Window((5,), time(0), time(0), BERLIN)
    assert until((saturday,), at("2026-09-26T00:00")) == at("2026-09-27T00:00")


def test_windows_that_touch_are_one() -> None:
    weekend = tuple(Window((day,), time(0), time(0), BERLIN) for day in (5, 6))
    assert until((*weekend, nights(4, 6)), at("2026-09-25T23:00")) == at("2026-09-28T06:00")


def test_a_freeze_closes_what_a_window_opens() -> None:
    year_end = Freeze(at("2026-12-18T00:00"), at("2027-01-04T00:00"), "year end")
    hours = Hours((nights(*EVERY_DAY),), (year_end,))
    assert hours.opens(at("2026-12-17T23:59")) == at("2026-12-17T23:59")
    assert hours.opens(at("2026-12-18T00:00")) == at("2027-01-04T00:00")
    assert why_closed((hours,), at("2026-12-20T23:00")) == "frozen: year end"
    assert why_closed((hours,), at("2026-12-01T12:00")) == "outside of the windows for changes"
    assert why_closed((hours,), at("2026-12-01T23:00")) == ""


def test_all_must_be_open_at_once() -> None:
    early, late = Hours((nights(0, 1),)), Hours((Window((1,), time(4), time(23), BERLIN),))
    assert next_open((early, late), at("2026-09-21T12:00")) == at("2026-09-22T04:00")
    assert next_open((early, late), at("2026-09-22T06:00")) == at("2026-09-22T22:00")


def test_windows_that_never_meet_have_no_opening() -> None:
    noon = Hours((Window(EVERY_DAY, time(12), time(13), BERLIN),))
    assert next_open((Hours((nights(*EVERY_DAY),)), noon), at("2026-09-21T12:00")) is None


def test_without_windows_and_freezes_it_is_always_open() -> None:
    assert next_open((), at("2026-09-21T12:00")) == at("2026-09-21T12:00")
    assert Hours().opens(at("2026-09-21T12:00")) == at("2026-09-21T12:00")


@given(dates, times, zones)
def test_before_that_moment_every_clock_shows_less_and_from_then_on_not(day: date, wall: time, zone: str) -> None:
    found, wanted = moment(day, wall, zone), datetime.combine(day, wall)

    def shown(when: datetime) -> datetime:
        return when.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert shown(found) >= wanted
    assert shown(found - timedelta(seconds=1)) < wanted


@given(windows, instants)
def test_on_days_without_a_clock_change_it_is_open_when_the_clock_says_so(window: Window, now: datetime) -> None:
    local = now.astimezone(ZoneInfo(window.zone))
    assume(len({(local + timedelta(days=number)).utcoffset() for number in (-2, -1, 0, 1, 2)}) == 1)
    today, yesterday = local.weekday() in window.days, (local.weekday() - 1) % 7 in window.days
    if window.end > window.start:
        shown = today and window.start <= local.time() < window.end
    else:
        shown = (today and local.time() >= window.start) or (yesterday and local.time() < window.end)
    assert (Hours((window,)).opens(now) == now) is shown


@given(st.lists(hours, min_size=1, max_size=2), instants)
def test_an_opening_is_open_not_before_now_and_nothing_before_it_is_open(several: list[Hours], now: datetime) -> None:
    found = next_open(several, now)
    if found is None:
        return
    assert found >= now
    assert all(one.opens(found) == found for one in several)
    steps = min(int((found - now) / timedelta(hours=1)), 200)
    between = (now + timedelta(hours=step) for step in range(steps))
    assert all(why_closed(several, one) for one in between)


@given(st.lists(windows, max_size=3), instants)
def test_quiet_lasts_until_a_moment_that_is_in_no_window(several: list[Window], now: datetime) -> None:
    end = until(several, now)
    inside = any(opens <= end < closes for window in several for opens, closes in window.openings(end))
    assert end >= now
    assert not inside or end - now >= timedelta(days=366)
