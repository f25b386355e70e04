"""Queues on SQS, against ministack."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.stub import Stubber

from bot.adapters.aws.sqs import SqsQueue
from bot.domain.errors import Busy, NotStorable, Unknown
from infra.local.ministack import Ministack


@pytest.fixture
def sqs(ministack: Ministack) -> Any:
    return ministack.client("sqs")


def make_queue(sqs: Any, *, fifo: bool = False) -> str:
    name = f"queue-{uuid4().hex}"
    if not fifo:
        return str(sqs.create_queue(QueueName=name)["QueueUrl"])
    return str(sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"])


def received(sqs: Any, url: str) -> list[Any]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
    return list(answer.get("Messages", []))


def test_a_message_arrives_as_json(sqs: Any) -> None:
    url = make_queue(sqs)
    SqsQueue(sqs, url).send({"case": "01", "wörter": ["a", 1, True]})
    assert [json.loads(each["Body"]) for each in received(sqs, url)] == [{"case": "01", "wörter": ["a", 1, True]}]


def test_a_delayed_message_is_not_there_yet(sqs: Any) -> None:
    url = make_queue(sqs)
    SqsQueue(sqs, url).send({"a": 1}, delay=60)
    assert received(sqs, url) == []
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"])
    assert counts["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_equal_messages_of_a_group_are_two_messages(sqs: Any) -> None:
    url = make_queue(sqs, fifo=True)
    for _ in range(2):
        SqsQueue(sqs, url).send({"case": "01"}, group="C0SEC")
    messages = received(sqs, url)
    assert [json.loads(each["Body"]) for each in messages] == [{"case": "01"}, {"case": "01"}]
    assert {each["Attributes"]["MessageGroupId"] for each in messages} == {"C0SEC"}


@pytest.mark.parametrize("how", [{}, {"group": "g", "delay": 5}])
def test_a_fifo_queue_wants_a_group_and_no_delay(sqs: Any, how: dict[str, Any]) -> None:
    with pytest.raises(NotStorable):
        SqsQueue(sqs, "http://127.0.0.1/1/runs.fifo").send({"a": 1}, **how)


def test_a_delay_over_fifteen_minutes_is_refused(sqs: Any) -> None:
    with pytest.raises(NotStorable):
        SqsQueue(sqs, make_queue(sqs)).send({"a": 1}, delay=901)


def test_a_queue_that_does_not_exist_is_unknown(sqs: Any) -> None:
    with pytest.raises(Unknown, match="no-such-queue"):
        SqsQueue(sqs, f"{sqs.meta.endpoint_url}/999999999999/no-such-queue").send({"a": 1})


def test_throttling_is_busy() -> None:
    client = boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="example", aws_secret_access_key="example")
    queue = SqsQueue(client, "https://sqs.eu-west-1.amazonaws.com/1/plan")
    with Stubber(client) as stub:
        stub.add_client_error("send_message", "ThrottlingException")
        with pytest.raises(Busy):
            queue.send({"a": 1})
