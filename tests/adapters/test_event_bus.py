"""The event bus on EventBridge."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from bot.adapters.aws.event_bus import EventBridge
from bot.domain.errors import Busy, Unknown
from infra.local.consumer import PATTERN, Consumer
from infra.local.ministack import Ministack


class Refusing:
    """PutEvents that takes nothing."""

    def __init__(self, code: str) -> None:
        self.code = code

    def put_events(self, **_: Any) -> dict[str, Any]:
        return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": self.code, "ErrorMessage": "no"}]}


class Counting:
    """PutEvents that takes everything, and notes how much at once."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def put_events(self, *, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.sizes.append(len(Entries))
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}


def test_a_rule_on_the_bus_gets_each_event(ministack: Ministack) -> None:
    bus = f"bus-{uuid4().hex}"
    ministack.client("events").create_event_bus(Name=bus)
    consumer = Consumer(ministack.client("events"), ministack.client("sqs"), bus)
    moves = [
        {"from": before, "to": after, "resource": "arn:aws:s3:::a", "step": "planned", "who": "cspm-bot"}
        for before, after in (("", "new"), ("new", "proposed"))
    ]
    EventBridge(ministack.client("events"), bus).put(moves)
    assert [line["text"] for line in consumer.last()] == [
        "cspm.case · new → proposed · a · planned · cspm-bot",
        "cspm.case · new → new · a · planned · cspm-bot",
    ]


@pytest.mark.parametrize(("code", "error"), [("ThrottlingException", Busy), ("MalformedDetail", Unknown)])
def test_an_entry_that_is_not_taken_fails_the_whole(code: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        EventBridge(Refusing(code), "bus").put([{"to": "fixed"}])


def test_no_more_than_ten_and_no_more_than_fits_go_at_once() -> None:
    counting = Counting()
    EventBridge(counting, "bus").put([{"to": "fixed"}] * 23)
    assert counting.sizes == [10, 10, 3]
    counting.sizes.clear()
    EventBridge(counting, "bus").put([{"resource": "x" * 90_000}] * 3)
    assert counting.sizes == [2, 1]


def test_the_local_consumers_pattern_is_the_documented_one() -> None:
    assert json.loads(json.dumps(PATTERN)) == {"source": ["cspm-bot"], "detail-type": ["cspm.case"]}
