"""SQS batches with partial responses: Powertools' batch processors, and a back-off by visibility timeout.

A failed message is reported in `batchItemFailures` and becomes visible after the error's `Busy.retry_after`, otherwise
after a delay that doubles with each receive. In a FIFO queue a failure stops the rest of its message group, which
keeps the group in order. The log has message ids and errors, never bodies.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    ExceptionInfo,
    FailureResponse,
    SqsFifoPartialProcessor,
)
from aws_lambda_powertools.utilities.batch.exceptions import SQSFifoMessageGroupCircuitBreakerError
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from bot.domain.errors import Busy, Conflict, CspmError

Record = Mapping[str, Any]
Body = dict[str, Any]
Postpone = Callable[[Record, int], None]
"""Hide a message from consumers for this many seconds."""

MAX_DELAY: Final = 900
"""Seconds before a failed message is received again, at most: long enough for an outage, short enough for a user."""

MAX_POSTPONED: Final = 50
"""ChangeMessageVisibility calls for one failed batch: one call for each message."""


def each(event: Record, work: Callable[[Body], None], postpone: Postpone) -> dict[str, Any]:
    """Run `work` on the body of each message and return Lambda's partial batch response."""
    records = event["Records"]
    is_fifo = any(record["eventSourceARN"].endswith(".fifo") for record in records)
    processor = _FifoBackOff(postpone) if is_fifo else _BackOff(postpone)

    def handle(record: SQSRecord) -> None:
        work(json.loads(record.body))

    with processor(records, handle):
        processor.process()
    return dict(processor.response())


def come_back(event: Record, ids: Collection[str], postpone: Postpone) -> dict[str, Any]:
    """Return the partial batch response that fails these messages; postpone the first `MAX_POSTPONED` of them.

    The others become visible after the queue's own visibility timeout.
    """
    records = [record for record in event["Records"] if record["messageId"] in ids]
    for record in records[:MAX_POSTPONED]:
        seconds = _doubled(record)
        log().warning("message postponed", extra={"message_id": record["messageId"], "seconds": seconds})
        postpone(record, seconds)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


def bodies(event: Record) -> list[tuple[str, str]]:
    """Return (message id, body) of each message, in order."""
    return [(record["messageId"], record["body"]) for record in event["Records"]]


@cache
def log() -> Logger:
    """Return the functions' logger: one JSON object a line."""
    return Logger()


class _BackOff(BatchProcessor):
    """Powertools' processor, which also postpones each failed message.

    A batch that fails as a whole is reported like any other: an exception would make Lambda ignore the back-off.
    """

    def __init__(self, postpone: Postpone) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False)
        self._postpone = postpone

    def failure_handler(self, record: SQSRecord, exception: ExceptionInfo) -> FailureResponse:
        error = exception[1]
        assert error is not None  # noqa: S101 - for the type checker: a failure has an exception
        self._postpone(record.raw_event, self._delay(record.raw_event, error))
        return super().failure_handler(record, exception)

    def _delay(self, record: Record, error: BaseException) -> int:
        seconds = _seconds(record, error)
        log().warning("message postponed", extra=_described(record, error) | {"seconds": seconds})
        return seconds


class _FifoBackOff(_BackOff, SqsFifoPartialProcessor):
    """Powertools' FIFO processor, which postpones a failed group as a whole.

    SQS delivers nothing of a group while one of its messages is in flight: a message that is not postponed would keep
    those before it back until its own visibility timeout.
    """

    def __init__(self, postpone: Postpone) -> None:
        SqsFifoPartialProcessor.__init__(self, skip_group_on_error=True)
        self.raise_on_entire_batch_failure = False
        self._postpone = postpone
        self._group_delays: dict[str, int] = {}

    def _delay(self, record: Record, error: BaseException) -> int:
        group = str(record["attributes"]["MessageGroupId"])
        if not isinstance(error, SQSFifoMessageGroupCircuitBreakerError):
            self._group_delays[group] = super()._delay(record, error)
        return self._group_delays[group]


def _seconds(record: Record, error: BaseException) -> int:
    if isinstance(error, Busy):
        return min(max(1, round(error.retry_after)), MAX_DELAY)
    return 1 if isinstance(error, Conflict) and _receives(record) == 1 else _doubled(record)


def _doubled(record: Record) -> int:
    """Double the delay with each receive; the exponent has a limit, or the number would have none."""
    return min(5 << min(_receives(record) - 1, 10), MAX_DELAY)


def _receives(record: Record) -> int:
    return int(record["attributes"].get("ApproximateReceiveCount", 1))


def _described(record: Record, error: BaseException) -> dict[str, Any]:
    """Return the text of the bot's errors, only type and place of others: their text may quote the body."""
    described: dict[str, Any] = {
        "message_id": record["messageId"],
        "queue": record["eventSourceARN"].rsplit(":", 1)[-1],
        "error": type(error).__name__,
    }
    if isinstance(error, CspmError):
        return described | {"reason": str(error)}
    places = traceback.extract_tb(error.__traceback__)[-4:]
    return described | {"where": [f"{place.filename}:{place.lineno}" for place in places]}
