"""Queues on SQS."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.domain.errors import Busy, CspmError, NotStorable, Unknown

MAX_DELAY: Final = 900
"""Seconds (AWS, SendMessage, DelaySeconds)."""

_REFUSED: Final = frozenset({"InvalidMessageContents", "InvalidParameterValue", "MissingParameter"})


class SqsQueue:
    """A `Queue` on SQS; one whose url ends with `.fifo` is FIFO."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    @property
    def _is_fifo(self) -> bool:
        return self._url.endswith(".fifo")

    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:
        """Send a message. Raises NotStorable, Busy; Unknown: it may have been sent."""
        text = json.dumps(dict(body), separators=(",", ":"), ensure_ascii=False)
        how = self._fifo(group, delay) if self._is_fifo else self._standard(delay)
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=text, **how)
        except AWS_ERRORS as problem:
            raise self._translated(code_of(problem), message_of(problem)) from problem

    def _fifo(self, group: str, delay: int) -> dict[str, Any]:
        """A fresh deduplication id: equal bodies are different messages, botocore's own second attempt is not."""
        if delay or not group:
            raise NotStorable(f"{self._url} is FIFO: a message needs a group and has no delay of its own")
        return {"MessageGroupId": group, "MessageDeduplicationId": uuid.uuid4().hex}

    def _standard(self, delay: int) -> dict[str, Any]:
        if not 0 <= delay <= MAX_DELAY:
            raise NotStorable(f"a message is delayed by at most {MAX_DELAY} seconds, not {delay}")
        return {"DelaySeconds": delay} if delay else {}

    def _translated(self, code: str, message: str) -> CspmError:
        said = f"sending to {self._url}: {code}: {message}"
        if code in THROTTLES:
            return Busy(said, 1.0)
        return NotStorable(said) if code in _REFUSED else Unknown(said)
