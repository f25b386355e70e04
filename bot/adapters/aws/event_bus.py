"""The bus on which the bot tells others of its cases: EventBridge, and its twin in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.adapters.memory.faults import FaultPlan, no_faults
from bot.domain.errors import Busy, Unknown

SOURCE: Final = "cspm-bot"
DETAIL_TYPE: Final = "cspm.case"

_AT_ONCE: Final = 10
"""Entries of one PutEvents (AWS, PutEvents, Entries)."""

_BYTES: Final = 200_000
"""Of one PutEvents, below its 256 KB, which counts more than the details."""

_AGAIN: Final = THROTTLES | {"InternalFailure", "InternalException", "ServiceUnavailable"}


class EventBridge:
    """`EventBus` on EventBridge."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Put them in order. Raises Busy, Unknown: some may have arrived."""
        for entries in self._batches(events):
            try:
                answer = self._client.put_events(Entries=entries)
            except AWS_ERRORS as problem:
                raise _refused(code_of(problem), message_of(problem)) from problem
            refused = [entry for entry in answer["Entries"] if entry.get("ErrorCode")]
            if refused:
                raise _refused(refused[0]["ErrorCode"], refused[0].get("ErrorMessage", ""))

    def _batches(self, events: Sequence[Mapping[str, Any]]) -> Iterator[list[dict[str, str]]]:
        batch: list[dict[str, str]] = []
        for event in events:
            entry = self._entry(event)
            if batch and (len(batch) == _AT_ONCE or sum(map(_size, batch)) + _size(entry) > _BYTES):
                yield batch
                batch = []
            batch.append(entry)
        if batch:
            yield batch

    def _entry(self, event: Mapping[str, Any]) -> dict[str, str]:
        detail = json.dumps(dict(event), separators=(",", ":"), ensure_ascii=False)
        return {"EventBusName": self._name, "Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": detail}


class MemoryBus:
    """`EventBus` in memory: `events` are those that were put."""

    def __init__(self, faults: FaultPlan | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self._faults = faults or no_faults()

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Keep them, as JSON would carry them."""
        with self._faults.call("bus.put"):
            self.events += [json.loads(json.dumps(dict(event))) for event in events]


def _size(entry: Mapping[str, str]) -> int:
    return len(entry["Detail"].encode())


def _refused(code: str, message: str) -> Busy | Unknown:
    said = f"EventBridge did not take an event: {code}: {message}"
    return Busy(said, retry_after=5) if code in _AGAIN else Unknown(said)
