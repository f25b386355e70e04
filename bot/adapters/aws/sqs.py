"""Queues on Amazon SQS."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.domain.errors import Busy, CspmError, NotStorable, Unknown

MAX_DELAY: Final = 900
"""Seconds (AWS, SendMessage, DelaySeconds)."""

_INVALID: Final = frozenset({"InvalidMessageContents", "InvalidParameterValue", "MissingParameter"})


class SqsQueue:
    """A `Queue` on SQS; FIFO when its URL ends with `.fifo`."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    @property
    def _is_fifo(self) -> bool:
        return self._url.endswith(".fifo")

    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:
        """Send a message. Raises NotStorable, Busy; Unknown: it may have been sent."""
        text = json.dumps(dict(body), separators=(",", ":"), ensure_ascii=False)
        options = self._fifo(group, delay) if self._is_fifo else self._standard(delay)
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=text, **options)
        except AWS_ERRORS as problem:
            raise self._translated(code_of(problem), message_of(problem)) from problem

    def _fifo(self, group: str, delay: int) -> dict[str, Any]:
        """Return a new deduplication id: equal bodies are different messages, while a retry of botocore is not."""
        if delay or not group:
            raise NotStorable(f"{self._url} is FIFO: a message needs a group, and has no delay")
        return {"MessageGroupId": group, "MessageDeduplicationId": uuid.uuid4().hex}

    def _standard(self, delay: int) -> dict[str, Any]:
        if not 0 <= delay <= MAX_DELAY:
            raise NotStorable(f"the delay of a message is 0 to {MAX_DELAY} seconds, not {delay}")
        return {"DelaySeconds": delay} if delay else {}

    def _translated(self, code: str, message: str) -> CspmError:
        text = f"sending to {self._url}: {code}: {message}"
        if code in THROTTLES:
            return Busy(text, 1.0)
        return NotStorable(text) if code in _INVALID else Unknown(text)
