"""A message whose answer was lost on the way is found by its metadata, and not posted again."""

from __future__ import annotations

import pytest

from bot.flows.messaging.post_once import find_posted, metadata_of, post_once, posted
from tests.flows.stage import CHANNEL, Stage

EVENT = "cspm_digest"


def texts(stage: Stage) -> list[str]:
    return [str(one["text"]) for one in stage.slack.messages.get(CHANNEL, [])]


def test_a_message_is_posted_once(stage: Stage) -> None:
    first = post_once(CHANNEL, EVENT, {"date": "2026-09-22"}, {"text": "one"}, stage.world)
    again = post_once(CHANNEL, EVENT, {"date": "2026-09-22"}, {"text": "two"}, stage.world)
    assert (first == again, texts(stage)) == (True, ["one"])


@pytest.mark.parametrize(
    ("event_type", "payload"), [(EVENT, {"date": "2026-09-23"}), ("cspm_quiet", {"date": "2026-09-22"})]
)
def test_another_payload_or_type_is_another_message(stage: Stage, event_type: str, payload: dict[str, str]) -> None:
    post_once(CHANNEL, EVENT, {"date": "2026-09-22"}, {"text": "one"}, stage.world)
    post_once(CHANNEL, event_type, payload, {"text": "two"}, stage.world)
    assert texts(stage) == ["one", "two"]


def test_a_message_is_found_that_carries_more(stage: Stage) -> None:
    metadata = metadata_of(EVENT, {"case": "01CASE", "nonce": "1"})
    stage.slack.call("chat.postMessage", channel=CHANNEL, text="x")
    ts = stage.slack.call("chat.postMessage", channel=CHANNEL, text="y", metadata=metadata)["ts"]
    assert find_posted(CHANNEL, EVENT, {"nonce": "1"}, stage.world) == ts
    assert find_posted(CHANNEL, EVENT, {"nonce": "2"}, stage.world) == ""
    assert list(posted(CHANNEL, EVENT, stage.world)) == [(ts, {"case": "01CASE", "nonce": "1"})]
