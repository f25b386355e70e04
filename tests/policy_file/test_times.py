"""Times of a policy: windows in local time, freezes, and errors."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.finding import Severity
from bot.domain.policy import Escalation, Subject
from bot.domain.windows import Freeze, Hours, Quiet, Window
from tests.domain.test_windows import at
from tests.policy_file.test_parse import SMALLEST, problems, read

HERE = Subject("111122223333", "eu-west-1", Severity.HIGH)
WINDOW = '{days: [tue, mon], from: "22:00", to: "06:00", zone: Europe/Berlin}'
FREEZE = "{from: 2026-12-18, to: 2027-01-03, reason: year end, zone: Europe/Berlin}"


def a_route(more: str) -> str:
    return f"{SMALLEST}routes:\n  - channel: C0SECURITY\n    {more}\n"


def execution(more: str) -> str:
    return f"{SMALLEST}execution: [{more}]\n"


def test_a_window_is_by_the_clocks_of_its_zone() -> None:
    expected = Hours((Window((0, 1), time(22), time(6), "Europe/Berlin"),))
    assert read(a_route(f"windows: [{WINDOW}]")).hours(HERE) == (expected,)


def test_without_days_it_is_every_day() -> None:
    (hours,) = read(a_route('windows: [{from: "22:00", to: "06:00"}]')).hours(HERE)
    assert hours.windows == (Window(tuple(range(7)), time(22), time(6), "UTC"),)


def test_the_last_day_of_a_freeze_is_frozen_to_its_end() -> None:
    (hours,) = read(a_route(f"freezes: [{FREEZE}]")).hours(HERE)
    start, end = datetime(2026, 12, 17, 23, tzinfo=UTC), datetime(2027, 1, 3, 23, tzinfo=UTC)
    assert hours.freezes == (Freeze(start, end, "year end"),)


def test_a_freeze_may_begin_and_end_at_a_time_of_day() -> None:
    (hours,) = read(a_route("freezes: [{from: 2026-12-18T18:00, to: 2026-12-18T20:30, reason: launch}]")).hours(HERE)
    assert [(one.start.hour, one.end.hour, one.end.minute) for one in hours.freezes] == [(18, 20, 30)]


def quiet(text: str) -> Quiet:
    return read(a_route(f"quiet_hours: {text}")).quiet("C0SECURITY")


def test_quiet_hours_end_with_the_night_on_business_days() -> None:
    found = quiet('{from: "18:00", to: "08:00", zone: Europe/Berlin, business_days: [mon, tue, wed, thu, fri]}')
    assert found.until(at("2026-09-22T17:59")) is None
    assert found.until(at("2026-09-22T18:00")) == at("2026-09-23T08:00")
    assert found.until(at("2026-09-25T18:00")) == at("2026-09-28T08:00")
    assert found.until(at("2026-09-26T12:00"), Severity.CRITICAL) == at("2026-09-28T08:00")


def test_a_lunch_break_and_a_holiday_are_quiet_too() -> None:
    found = quiet('{from: "12:00", to: "13:00", zone: Europe/Berlin, holidays: [2026-09-23]}')
    assert found.until(at("2026-09-22T12:30")) == at("2026-09-22T13:00")
    assert found.until(at("2026-09-22T23:59")) is None
    assert found.until(at("2026-09-23T09:00")) == at("2026-09-24T00:00")


def test_the_small_hours_alone_may_be_quiet() -> None:
    found = quiet('{from: "00:00", to: "06:00", zone: Europe/Berlin}')
    assert found.until(at("2026-09-22T03:00")) == at("2026-09-22T06:00")
    assert found.until(at("2026-09-22T23:00")) is None


def test_what_is_urgent_breaks_through() -> None:
    found = quiet('{from: "18:00", to: "08:00", urgent: [CRITICAL]}')
    night = datetime(2026, 9, 22, 20, tzinfo=UTC)
    assert found.until(night, Severity.CRITICAL) is None
    assert found.until(night, Severity.HIGH) == datetime(2026, 9, 23, 8, tzinfo=UTC)
    assert found.until(night) == datetime(2026, 9, 23, 8, tzinfo=UTC)


def test_reminders_stand_in_their_order_and_an_escalation_names_its_channel() -> None:
    route = read(a_route("remind: [24h, 4h]\n    escalate: {after: 2d, to: C0BOSSES, mention: U0LEE}")).routes[0]
    assert route.remind == (timedelta(hours=4), timedelta(hours=24))
    assert route.escalate == Escalation(timedelta(days=2), "C0BOSSES", "U0LEE")


def test_execution_applies_in_addition_to_the_route() -> None:
    both = execution(f'{{match: {{accounts: ["1111*"]}}, freezes: [{FREEZE}]}}') + (
        f"routes: [{{channel: C0SECURITY, windows: [{WINDOW}]}}]\n"
    )
    elsewhere = Subject("999900001111", "eu-west-1", Severity.HIGH)
    assert (len(read(both).hours(HERE)), len(read(both).hours(elsewhere))) == (2, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('windows: [{from: "22:00"}]', "routes[0].windows[0].to: missing"),
        ('windows: [{from: "25:00", to: "06:00"}]', "'25:00' is no time of day: write \"22:00\", in quotes"),
        ('windows: [{days: [Mon], from: "22:00", to: "06:00"}]', "'Mon' is none of mon, tue"),
        ('windows: [{days: [], from: "22:00", to: "06:00"}]', "routes[0].windows[0].days"),
        ('windows: [{from: "22:00", to: "06:00", zone: CET/Berlin}]', "is no time zone, such as Europe/Berlin"),
        ("freezes: [{from: 2026-12-18, to: 2027-01-03}]", "routes[0].freezes[0].reason: missing"),
        ("freezes: [{from: 2026-12-18, to: 2026-12-17, reason: x}]", "`to` is not after `from`"),
        ("freezes: [{from: 2026-12-18T18:00, to: 2026-12-18T18:00, reason: x}]", "`to` is not after `from`"),
        ('quiet_hours: {from: "18:00", to: "18:00"}', "`from` and `to` are the same time"),
        ('quiet_hours: {from: "18:00", to: "8:00"}', "'8:00' is no time of day"),
        (
            'quiet_hours: {from: "18:00", to: "08:00", holidays: [2026-12-25T10:00]}',
            "'2026-12-25T10:00' is no date like 2026-12-25",
        ),
        ("remind: [4]", "4 is not a duration: write 30m, 24h or 7d"),
        ("escalate: {after: 24h}", "routes[0].escalate.to: missing"),
        ("escalate: {after: 24h, to: general}", "'general' is no channel id"),
        ('change_reference: {pattern: "(a+)+"}', "'(a+)+' may take very long to match"),
        ("change_reference: {label: Ticket}", "routes[0].change_reference.pattern: missing"),
        (
            "freezes: [{from: tomorrow, to: 2026-12-17, reason: x}]",
            "is neither a date like 2026-12-18 nor a local time",
        ),
        (
            "freezes: [{from: 2026-13-18, to: 2026-12-17, reason: x}]",
            "is neither a date like 2026-12-18 nor a local time",
        ),
    ],
)
def test_an_invalid_time_is_reported_with_a_correction(text: str, said: str) -> None:
    assert any(said in problem for problem in problems(a_route(text)))


def test_a_freeze_within_its_last_day_is_no_mistake() -> None:
    assert problems(a_route("freezes: [{from: 2026-12-18T18:00, to: 2026-12-18, reason: evening}]")) == ()
