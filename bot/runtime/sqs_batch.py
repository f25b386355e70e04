"""Batches of queue messages, as Lambda hands them over: one bad message costs only itself.

What fails is reported as a partial failure and comes back; how soon is told by the error (`Busy`), else it doubles
with every try. In a FIFO queue nothing of a group is tried after its first failure, or its order would be lost. The
log names messages and errors, never bodies.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger

from bot.domain.errors import Busy, Conflict, CspmError

Record = Mapping[str, Any]
Body = dict[str, Any]
Postpone = Callable[[Record, int], None]
"""Let a message be invisible for this many seconds more."""

LONGEST: Final = 900
"""Seconds that a failing message waits at most: long enough for an outage, short enough for a person."""

MOST_POSTPONED: Final = 50
"""Calls that a batch may cost when much of it fails: one each."""


def each(event: Record, work: Callable[[Body], None], postpone: Postpone) -> dict[str, Any]:
    """Do `work` for each message and return Lambda's partial batch response."""
    failed: list[str] = []
    stopped: dict[str, int] = {}
    for record in event["Records"]:
        group = _group(record)
        seconds = stopped[group] if group in stopped else _tried(record, work)
        if seconds:
            failed.append(record["messageId"])
            stopped |= {group: seconds} if group else {}
            postpone(record, seconds)  # a group waits as a whole: SQS gives none of it while one is in flight
    return failures(failed)


def come_back(event: Record, ids: Collection[str], postpone: Postpone) -> dict[str, Any]:
    """Let the messages with these ids come back; of many, the first ones soon, the rest when the queue says so."""
    records = [record for record in event["Records"] if record["messageId"] in ids]
    for record in records[:MOST_POSTPONED]:
        seconds = _pause(record)
        log().warning("a message comes back", extra={"message_id": record["messageId"], "seconds": seconds})
        postpone(record, seconds)
    return failures(record["messageId"] for record in records)


def bodies(event: Record) -> list[tuple[str, str]]:
    """(message id, body) of each message, in their order."""
    return [(record["messageId"], record["body"]) for record in event["Records"]]


def failures(ids: Iterable[str]) -> dict[str, Any]:
    """The answer that brings these messages back and takes all others off the queue."""
    return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}


@cache
def log() -> Logger:
    """The functions' log: one JSON object a line."""
    return Logger()


def _group(record: Record) -> str:
    return str(record["attributes"].get("MessageGroupId", "")) if record["eventSourceARN"].endswith(".fifo") else ""


def _tried(record: Record, work: Callable[[Body], None]) -> int:
    """Do the work: 0, or after how many seconds the message shall come back."""
    try:
        work(json.loads(record["body"]))
    except Exception as error:  # noqa: BLE001 - the edge: whatever it was, only this message comes back
        seconds = _wait(record, error)
        log().warning("a message comes back", extra=_about(record, error) | {"seconds": seconds})
        return seconds
    return 0


def _wait(record: Record, error: Exception) -> int:
    if isinstance(error, Busy):
        return min(max(1, round(error.retry_after)), LONGEST)
    return 1 if isinstance(error, Conflict) and _tries(record) == 1 else _pause(record)


def _pause(record: Record) -> int:
    """Seconds that double with every try; the exponent is bounded, or the number would not be."""
    return min(5 << min(_tries(record) - 1, 10), LONGEST)


def _tries(record: Record) -> int:
    return int(record["attributes"].get("ApproximateReceiveCount", 1))


def _about(record: Record, error: Exception) -> dict[str, Any]:
    """What the log may say: our own errors in full, others by their kind and place (their text may quote the body)."""
    about: dict[str, Any] = {
        "message_id": record["messageId"],
        "queue": record["eventSourceARN"].rsplit(":", 1)[-1],
        "error": type(error).__name__,
    }
    if isinstance(error, CspmError):
        return about | {"reason": str(error)}
    return about | {"where": [f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)[-4:]]}
