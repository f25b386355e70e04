"""Depths of the bot's queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_COUNTS: Final = {
    "waiting": "ApproximateNumberOfMessages",
    "in_work": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
# In processing order: a message that moves on during the reads is counted in a later queue.
_QUEUES: Final = ("Ingest", "Plan", "Decisions", "Runs", "Proofs", "Cards", "Answers")


@dataclass(frozen=True)
class QueueDepth:
    """Message counts of one queue and its dead-letter queue."""

    name: str
    waiting: int
    in_work: int
    delayed: int
    dead: int = 0

    @property
    def empty(self) -> bool:
        return self.waiting == self.in_work == self.delayed == 0


class QueueDepths:
    """The queues of one stack; `urls` by the template's logical ids."""

    def __init__(self, sqs: Any, urls: Mapping[str, str]) -> None:
        self._sqs = sqs
        self._urls = urls

    def depths(self) -> list[QueueDepth]:
        """Return the depths of all queues, in processing order."""
        return [self._depth(name, dead=self._counts(f"{name}DeadLetters")["waiting"]) for name in _QUEUES]

    def quiet(self) -> bool:
        """Return whether all queues are empty, dead-letter queues aside."""
        return all(self._depth(name).empty for name in _QUEUES)

    def _depth(self, name: str, dead: int = 0) -> QueueDepth:
        return QueueDepth(name.lower(), dead=dead, **self._counts(f"{name}Queue"))

    def _counts(self, logical_id: str) -> dict[str, int]:
        wanted = list(_COUNTS.values())
        found = self._sqs.get_queue_attributes(QueueUrl=self._urls[logical_id], AttributeNames=wanted)["Attributes"]
        return {name: int(found.get(attribute, 0)) for name, attribute in _COUNTS.items()}
