"""What Lambda calls: each message to its flow, and what fails comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import BadInput
from bot.messages import RenderChannel, to_json
from handlers import cards, ingest, plan, remediate, schedule
from tests.flows.stage import Stage

EVENTS = Path(__file__).parents[1] / "events"


@pytest.fixture
def stage() -> Stage:
    return Stage()


class CountingTable:
    """A table that notes which partitions of an index are looked at."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.looked: list[str] = []

    def query_index(self, index: Any, pk: str, **how: Any) -> Any:
        self.looked.append(pk)
        return self._table.query_index(index, pk, **how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)


def batch(*bodies: str, queue: str = "plan") -> dict[str, Any]:
    records = [
        {
            "messageId": f"m{number}",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:999999999999:{queue}",
        }
        for number, body in enumerate(bodies, start=1)
    ]
    return {"Records": records}


def failed(answer: Mapping[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_ingest_stores_a_finding_and_asks_for_its_plan(stage: Stage) -> None:
    event = (EVENTS / "securityhub_failed.json").read_text()
    assert failed(ingest.handler(batch(event, queue="ingest"), None, stage.world)) == []
    assert any(item["pk"].startswith("F#") for item in stage.table.everything())


def test_ingest_lets_an_unreadable_event_come_back_so_that_it_ends_in_the_dead_letters(stage: Stage) -> None:
    event = (EVENTS / "securityhub_failed.json").read_text()
    assert failed(ingest.handler(batch("no json", event, queue="ingest"), None, stage.world)) == ["m1"]


@pytest.mark.parametrize("handler", [plan.handler, remediate.handler, cards.handler])
def test_a_message_of_a_kind_that_nobody_knows_comes_back(stage: Stage, handler: Any) -> None:
    unknown, without = json.dumps({"kind": "unheard-of"}), json.dumps({"case": "1"})
    assert failed(handler(batch(unknown, without), None, stage.world)) == ["m1", "m2"]


def test_cards_takes_a_render_request_with_nothing_to_render(stage: Stage) -> None:
    message = json.dumps(to_json(RenderChannel(channel_id="C0SECURITY")))
    assert failed(cards.handler(batch(message, queue="cards.fifo"), None, stage.world)) == []


def test_one_look_serves_all_render_requests_of_a_channel_in_a_batch(stage: Stage) -> None:
    channels = ("C0SECURITY", "C0SECPROD")
    requests = [json.dumps(to_json(RenderChannel(channel_id=channel))) for channel in channels]
    looks = CountingTable(stage.table)
    world = replace(stage.world, table=looks)
    assert failed(cards.handler(batch(*requests * 3, queue="cards.fifo"), None, world)) == []
    assert sorted(looks.looked) == ["BEHIND#C0SECPROD", "BEHIND#C0SECURITY"]


def test_schedule_does_the_job_that_is_named(stage: Stage) -> None:
    schedule.handler({"job": "sweep"}, None, stage.world)


def test_schedule_says_so_when_there_is_no_such_job(stage: Stage) -> None:
    with pytest.raises(BadInput, match="tidy"):
        schedule.handler({"job": "tidy"}, None, stage.world)
