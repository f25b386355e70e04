"""A message to one person: in the channel for them alone, else directly."""

from __future__ import annotations

import pytest

from bot.domain.errors import Busy, SlackRefused
from bot.flows.messaging.private import send_privately
from tests.flows.stage import CHANNEL, Stage


def direct(stage: Stage) -> list[str]:
    return [str(call["channel"]) for call in stage.slack.called("chat.postMessage")]


def test_it_is_ephemeral_in_the_channel(stage: Stage) -> None:
    send_privately("U0DANA", CHANNEL, {"text": "x"}, stage.world)
    assert stage.slack.ephemeral == [{"channel": CHANNEL, "user": "U0DANA", "text": "x"}]
    assert direct(stage) == []


@pytest.mark.parametrize("error", ["user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"])
def test_it_is_direct_where_the_channel_refuses(stage: Stage, error: str) -> None:
    stage.slack.fail_next("chat.postEphemeral", error)
    send_privately("U0DANA", CHANNEL, {"text": "x"}, stage.world)
    assert direct(stage) == ["U0DANA"]


def test_it_is_direct_without_a_channel(stage: Stage) -> None:
    send_privately("U0DANA", "", {"text": "x"}, stage.world)
    assert (stage.slack.called("chat.postEphemeral"), direct(stage)) == ([], ["U0DANA"])


def test_a_throttled_call_is_not_sent_another_way(stage: Stage) -> None:
    stage.slack.fail_next("chat.postEphemeral", Busy("throttled", 3))
    with pytest.raises(Busy):
        send_privately("U0DANA", CHANNEL, {"text": "x"}, stage.world)
    assert direct(stage) == []


def test_a_refused_direct_message_is_an_error(stage: Stage) -> None:
    stage.slack.fail_next("chat.postMessage", "user_not_found")
    with pytest.raises(SlackRefused):
        send_privately("U0DANA", "", {"text": "x"}, stage.world)
