"""The cache of users and groups: for a minute, and of nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.adapters.clock import ManualClock
from bot.adapters.memory.slack import MemorySlack
from bot.adapters.slack.cached import CachedSlack
from bot.domain.errors import SlackRefused


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 9, 22, 9, 0, tzinfo=UTC))


@pytest.fixture
def inner() -> MemorySlack:
    slack = MemorySlack()
    slack.add_user("U0DANA")
    slack.groups["S0SECENG"] = ["U0DANA"]
    return slack


def members(slack: CachedSlack) -> list[str]:
    return list(slack.call("usergroups.users.list", usergroup="S0SECENG")["users"])


def test_a_group_is_read_once_a_minute(inner: MemorySlack, clock: ManualClock) -> None:
    slack = CachedSlack(inner, clock)
    for seconds in (0, 30, 30):
        clock.advance(seconds=seconds)
        members(slack)
    assert len(inner.called("usergroups.users.list")) == 1


def test_who_left_a_group_has_no_right_after_a_minute(inner: MemorySlack, clock: ManualClock) -> None:
    slack = CachedSlack(inner, clock)
    members(slack)
    inner.groups["S0SECENG"] = []
    clock.advance(seconds=61)
    assert members(slack) == []


def test_a_failure_is_not_remembered(inner: MemorySlack, clock: ManualClock) -> None:
    slack = CachedSlack(inner, clock)
    inner.fail_next("usergroups.users.list", "internal_error")
    with pytest.raises(SlackRefused):
        members(slack)
    assert members(slack) == ["U0DANA"]


def test_another_group_or_person_is_read_again(inner: MemorySlack, clock: ManualClock) -> None:
    inner.add_user("U0OMAR")
    slack = CachedSlack(inner, clock)
    assert slack.call("users.info", user="U0DANA")["user"]["id"] == "U0DANA"
    assert slack.call("users.info", user="U0OMAR")["user"]["id"] == "U0OMAR"


def test_messages_are_never_remembered(inner: MemorySlack, clock: ManualClock) -> None:
    slack = CachedSlack(inner, clock)
    for _ in range(2):
        slack.call("chat.postMessage", channel="C0SECURITY", text="the same")
    assert len(inner.messages["C0SECURITY"]) == 2
