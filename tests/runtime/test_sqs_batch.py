"""Partial batch responses and the back-off."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.errors import BadInput, Busy, Conflict
from bot.runtime.sqs_batch import MAX_DELAY, MAX_POSTPONED, Record, bodies, come_back, each, log

STANDARD, FIFO = "arn:aws:sqs:eu-west-1:999999999999:plan", "arn:aws:sqs:eu-west-1:999999999999:runs.fifo"


def message(number: int, *, queue: str = STANDARD, group: str = "", tries: int = 1) -> Record:
    return {
        "messageId": f"m{number}",
        "body": json.dumps({"number": number}),
        "attributes": {"ApproximateReceiveCount": str(tries)} | ({"MessageGroupId": group} if group else {}),
        "eventSourceARN": queue,
    }


@dataclass
class Worker:
    """A worker that fails for some messages."""

    problems: dict[int, Exception] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    waits: dict[str, int] = field(default_factory=dict)

    def work(self, body: dict[str, Any]) -> None:
        if problem := self.problems.get(body["number"]):
            raise problem
        self.done.append(body["number"])

    def postpone(self, record: Record, seconds: int) -> None:
        self.waits[record["messageId"]] = seconds

    def process(self, *messages: Record) -> list[str]:
        answer = each({"Records": list(messages)}, self.work, self.postpone)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_processed_message_is_deleted_and_a_failed_one_is_retried() -> None:
    worker = Worker({2: BadInput("no such case")})
    assert worker.process(message(1), message(2), message(3)) == ["m2"]
    assert worker.done == [1, 3]


def test_a_body_that_is_not_json_fails_alone() -> None:
    worker = Worker()
    assert worker.process(dict(message(1)) | {"body": "{"}, message(2)) == ["m1"]
    assert worker.done == [2]


def test_a_group_keeps_its_order_after_a_failure_and_other_groups_go_on() -> None:
    worker = Worker({1: Conflict("somebody wrote in between")})
    first, second, other = (message(n, queue=FIFO, group=g) for n, g in ((1, "a"), (2, "a"), (3, "b")))
    assert worker.process(first, second, other) == ["m1", "m2"]
    assert worker.done == [3]


def test_a_failed_group_is_postponed_as_a_whole() -> None:
    worker = Worker({1: Busy("throttled", 30)})
    worker.process(*(message(number, queue=FIFO, group="a") for number in (1, 2, 3)))
    assert worker.waits == {"m1": 30, "m2": 30, "m3": 30}


def test_a_fair_queues_groups_do_not_stop_each_other() -> None:
    worker = Worker({1: BadInput("?")})
    assert worker.process(message(1, group="a"), message(2, group="a")) == ["m1"]


@pytest.mark.parametrize(
    ("problem", "tries", "seconds"),
    [
        (Busy("leased", 42.4), 1, 42),
        (Busy("throttled", 0.2), 9, 1),
        (Busy("for ever", 1e6), 1, MAX_DELAY),
        (Conflict("lost"), 1, 1),
        (Conflict("lost"), 2, 10),
        (BadInput("?"), 1, 5),
        (KeyError("case"), 3, 20),
        (KeyError("case"), 20, MAX_DELAY),
    ],
)
def test_an_error_decides_when_its_message_is_received_again(problem: Exception, tries: int, seconds: int) -> None:
    worker = Worker({1: problem})
    worker.process(message(1, tries=tries))
    assert worker.waits == {"m1": seconds}


def test_the_log_has_no_body_and_no_external_text() -> None:
    def quoting(body: dict[str, Any]) -> None:
        raise ValueError(f"cannot read {body['number']} of acme-payroll-exports")

    with logged() as said:
        each({"Records": [message(7)]}, quoting, lambda _record, _seconds: None)
    (line,) = said.getvalue().strip().splitlines()
    assert json.loads(line)["error"] == "ValueError"
    assert "acme-payroll" not in line
    assert '"number"' not in line


@contextmanager
def logged() -> Iterator[io.StringIO]:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(log().registered_formatter)
    log().addHandler(handler)
    yield said
    logging.getLogger(log().name).removeHandler(handler)


def test_bodies_are_unchanged() -> None:
    assert bodies({"Records": [message(1)]}) == [("m1", '{"number": 1}')]


def test_of_a_batch_that_fails_as_a_whole_only_some_messages_are_postponed() -> None:
    worker, batch = Worker(), {"Records": [message(number) for number in range(80)]}
    answer = come_back(batch, [f"m{number}" for number in range(1, 80)], worker.postpone)
    assert len(answer["batchItemFailures"]) == 79
    assert len(worker.waits) == MAX_POSTPONED
