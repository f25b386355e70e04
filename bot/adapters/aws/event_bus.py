"""The event bus on which the bot publishes its cases, on EventBridge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.domain.errors import Busy, Unknown

SOURCE: Final = "cspm-bot"
DETAIL_TYPE: Final = "cspm.case"

_MAX_ENTRIES: Final = 10
"""Of one PutEvents (AWS, PutEvents, Entries)."""

_MAX_BYTES: Final = 200_000
"""Of the details in one PutEvents: below its 256 KB, which count more than the details."""

_RETRYABLE: Final = THROTTLES | {"InternalFailure", "InternalException", "ServiceUnavailable"}


class EventBridge:
    """`EventBus` on EventBridge."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Put the events in order. Raises Busy, Unknown: some may have been accepted."""
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
            if batch and (len(batch) == _MAX_ENTRIES or sum(map(_size, batch)) + _size(entry) > _MAX_BYTES):
                yield batch
                batch = []
            batch.append(entry)
        if batch:
            yield batch

    def _entry(self, event: Mapping[str, Any]) -> dict[str, str]:
        detail = json.dumps(dict(event), separators=(",", ":"), ensure_ascii=False)
        return {"EventBusName": self._name, "Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": detail}


def _size(entry: Mapping[str, str]) -> int:
    return len(entry["Detail"].encode())


def _refused(code: str, message: str) -> Busy | Unknown:
    text = f"EventBridge rejected an event: {code}: {message}"
    return Busy(text, retry_after=5) if code in _RETRYABLE else Unknown(text)
