"""Quiet hours: new cards wait for their end, come with one summary, and nothing that is there already stands still."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, ResponseLost
from bot.domain.states import State
from bot.slack.ids import ActionId
from tests.flows.stage import CHANNEL, POLICY, Stage, a_finding, run_job

pytestmark = pytest.mark.usefixtures("s3")

QUIET = POLICY.replace(
    f"channel: {CHANNEL},",
    f'channel: {CHANNEL}, mention: S0SECENG, quiet_hours: {{from: "10:00", to: "12:00"}},',
)
ACCOUNT = {"Type": "AwsAccount", "Id": "AWS::::Account:111122223333"}


@pytest.fixture
def quiet() -> Stage:
    """It is 10:30, and it is quiet until noon."""
    stage = Stage(policy=QUIET)
    stage.clock.advance(hours=1, minutes=30)
    return stage


def told(stage: Stage, *findings: dict[str, Any]) -> Stage:
    stage.tell(*findings)
    stage.settle()
    return stage


def a_second() -> dict[str, Any]:
    return a_finding("Config.1", minute=1, Resources=[ACCOUNT])


def tops(stage: Stage) -> list[str]:
    return [str(message) for message in stage.slack.messages[CHANNEL] if "thread_ts" not in message]


def headlines(stage: Stage) -> list[str]:
    """What notifies: inside an attachment nobody is called."""
    return [message["text"] for message in stage.slack.messages[CHANNEL] if "thread_ts" not in message]


def at_noon(stage: Stage, minutes: int = 90) -> Stage:
    stage.clock.advance(minutes=minutes)
    stage.sweep()
    stage.settle()
    return stage


def test_a_card_waits_until_the_quiet_is_over(quiet: Stage) -> None:
    told(quiet, a_finding())
    assert tops(quiet) == []
    at_noon(quiet, 60)
    assert tops(quiet) == []
    at_noon(quiet, 31)
    assert len(tops(quiet)) == 2


def test_what_waited_comes_as_cards_without_noise_and_one_summary_that_calls_once(quiet: Stage) -> None:
    at_noon(told(quiet, a_finding(), a_second()))
    first, second, _ = headlines(quiet)
    *_, summary = tops(quiet)
    assert "<!subteam^S0SECENG>" not in first + second
    assert "*Quiet hours are over.* 2 cards came up meanwhile  <!subteam^S0SECENG>" in summary
    assert summary.count(ActionId.REVIEW_CASE) == 2
    assert summary.count("|card>") == 2


def test_the_summary_comes_once(quiet: Stage) -> None:
    at_noon(told(quiet, a_finding()))
    for _ in range(3):
        at_noon(quiet, 6)
    assert sum("Quiet hours are over" in message for message in tops(quiet)) == 1


def test_a_summary_whose_answer_was_lost_is_found_again_not_repeated(quiet: Stage) -> None:
    told(quiet, a_finding(), a_second())
    quiet.clock.advance(minutes=90)
    quiet.slack.fail_next("chat.getPermalink", ResponseLost("the answer was lost"), times=2)
    quiet.slack.fail_next("conversations.history", ResponseLost("the answer was lost"))
    for _ in range(6):
        quiet.sweep()
        quiet.settle()
        quiet.clock.advance(minutes=6)
    assert sum("Quiet hours are over" in message for message in tops(quiet)) == 1
    assert len(tops(quiet)) == 3


def test_what_the_policy_calls_urgent_breaks_through() -> None:
    stage = Stage(policy=QUIET.replace('to: "12:00"', 'to: "12:00", urgent: [CRITICAL]'))
    stage.clock.advance(hours=1, minutes=30)
    told(stage, a_finding("S3.8"))
    assert headlines(stage) == []
    told(stage, a_second())  # critical
    assert len(headlines(stage)) == 1
    assert "<!subteam^S0SECENG>" in headlines(stage)[0]


def test_what_gets_urgent_while_it_waits_waits_no_longer() -> None:
    stage = Stage(policy=QUIET.replace('to: "12:00"', 'to: "12:00", urgent: [CRITICAL]'))
    stage.clock.advance(hours=1, minutes=30)
    told(stage, a_finding("S3.8"))
    told(stage, a_finding("S3.2", minute=31))  # critical, on the same bucket
    assert len(headlines(stage)) == 1


def test_what_is_over_before_anybody_was_told_makes_no_card(quiet: Stage) -> None:
    told(quiet, a_finding())
    told(quiet, a_finding(status="PASSED", minute=31))
    assert quiet.state() is State.RESOLVED
    at_noon(told(quiet, a_second()))
    card, summary = tops(quiet)
    assert "1 card came up meanwhile" in summary
    assert "1 more came up and is over already" in summary
    assert "Public bucket" not in card


def test_a_decision_in_the_quiet_shows_at_once() -> None:
    stage = told(Stage(policy=QUIET), a_finding())
    stage.clock.advance(hours=1, minutes=30)
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert "✅" in stage.card_text
    assert len(tops(stage)) == 1


def test_a_card_that_would_be_posted_anew_is_updated_and_posted_after_the_quiet() -> None:
    stage = told(Stage(policy=QUIET), a_finding())
    old = stage.case.ts
    stage.clock.advance(hours=1, minutes=30)
    told(stage, a_finding("S3.2", minute=31))
    assert stage.case.ts == old
    assert "S3.2" in stage.card_text
    at_noon(stage)
    assert stage.case.ts != old
    assert "moved" in stage.slack.message(CHANNEL, old)["text"]
    assert "1 card came up meanwhile" in tops(stage)[-1]


def test_over_the_channels_daily_number_the_summary_says_how_many_wait() -> None:
    stage = Stage(policy=QUIET.replace("per_channel_per_day: 20", "per_channel_per_day: 1"))
    stage.clock.advance(hours=1, minutes=30)
    at_noon(told(stage, a_finding(), a_second()))
    assert len(tops(stage)) == 2
    assert "1 more wait: the channel has had its number of cards for today" in tops(stage)[-1]


@pytest.mark.parametrize("number", range(1, 41, 3))
def test_wherever_it_breaks_off_there_is_one_card_of_each_and_one_summary(quiet: Stage, number: int) -> None:
    told(quiet, a_finding(), a_second())
    quiet.clock.advance(minutes=90)
    run_job("sweep", quiet.world)
    quiet.faults.crash_after = quiet.faults.calls + number
    with suppress(Crash):
        quiet.pump()
    quiet.faults.crash_after = None
    for _ in range(3):
        at_noon(quiet, 6)
    assert len(tops(quiet)) == 3
    assert sum("*Quiet hours are over.* 2 cards" in message for message in tops(quiet)) == 1
