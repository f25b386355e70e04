"""A digest comes once a local day at its local time, also on the days when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.policy import DigestTime, Policy, Route
from bot.flows.posture.digest import digest_times, due_date

BERLIN = DigestTime("09:00", "Europe/Berlin")


def moments(start: str, days: int) -> list[datetime]:
    """Every quarter of an hour, as the schedule ticks."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return [first + timedelta(minutes=15 * number) for number in range(days * 96)]


def first_due(when: DigestTime, ticks: list[datetime]) -> dict[str, datetime]:
    """The first tick at which each local date's digest is due, in local time."""
    found: dict[str, datetime] = {}
    for tick in ticks:
        date = due_date(when, tick)
        if date:
            found.setdefault(date, tick.astimezone(ZoneInfo(when.zone)))
    return found


@pytest.mark.parametrize("start", ["2026-03-27", "2026-10-23"])
def test_nine_in_the_morning_stays_nine_when_clocks_change(start: str) -> None:
    found = first_due(BERLIN, moments(start, 5))
    assert len(found) == 5
    assert all((at.hour, at.minute) == (9, 0) and at.date().isoformat() == date for date, at in found.items())


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", "2026-03-28"),
        ("Europe/Berlin", "2026-10-24"),
        ("America/New_York", "2026-03-07"),
        ("Australia/Lord_Howe", "2026-04-04"),
        ("Asia/Kathmandu", "2026-04-04"),
        ("Pacific/Apia", "2026-04-04"),
    ],
)
@pytest.mark.parametrize("at", ["00:00", "01:45", "02:30", "03:00", "23:45"])
def test_each_local_date_has_one_digest_and_no_two_come_together(zone: str, start: str, at: str) -> None:
    found = first_due(DigestTime(at, zone), moments(start, 4))
    dates = sorted(found)
    assert len(dates) in (4, 5)
    gaps = [found[late].timestamp() - found[early].timestamp() for early, late in pairwise(dates)]
    assert all(22 * 3600 <= gap <= 26 * 3600 for gap in gaps[1:])


def test_a_time_that_is_skipped_comes_an_hour_later_by_the_new_clock() -> None:
    found = first_due(DigestTime("02:30", "Europe/Berlin"), moments("2026-03-28", 2))
    assert found["2026-03-29"].strftime("%H:%M %Z") == "03:30 CEST"


def test_a_time_that_comes_twice_means_the_first() -> None:
    found = first_due(DigestTime("02:30", "Europe/Berlin"), moments("2026-10-24", 2))
    assert found["2026-10-25"].strftime("%H:%M %Z") == "02:30 CEST"


def test_a_digest_that_is_six_hours_late_is_left_out() -> None:
    nine = datetime(2026, 9, 22, 7, 0, tzinfo=UTC)
    assert due_date(BERLIN, nine - timedelta(seconds=1)) == ""
    assert due_date(BERLIN, nine + timedelta(hours=5, minutes=59)) == "2026-09-22"
    assert due_date(BERLIN, nine + timedelta(hours=6)) == ""


def test_never_is_never() -> None:
    assert due_date(DigestTime(""), datetime(2026, 9, 22, 9, 0, tzinfo=UTC)) == ""


def test_a_channel_has_one_digest_at_the_time_of_its_first_route() -> None:
    early = DigestTime("07:00")
    routes = (Route("routes[0]", "C01", digest=early), Route("routes[1]", "C01"), Route("routes[2]", "C02"))
    policy = Policy("v1", "C0FALL", routes=routes, digest=BERLIN)
    assert digest_times(policy) == {"C01": early, "C02": BERLIN}
    assert digest_times(Policy("v1", "C0FALL", digest=BERLIN)) == {"C0FALL": BERLIN}
