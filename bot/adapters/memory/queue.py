"""A queue in memory, with SQS's delays, redelivery and reordering."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.aws.sqs import MAX_DELAY
from bot.adapters.memory.faults import FaultPlan, no_faults
from bot.domain.errors import NotStorable
from bot.domain.ports import Clock, Queues


@dataclass(frozen=True)
class Message:
    """One sent message; `visible` is the end of its delay (None: at once)."""

    number: int
    body: dict[str, Any]
    group: str = ""
    delay: int = 0
    visible: datetime | None = None


class MemoryQueue:
    """A `Queue` in memory. `fifo` keeps the order within a group; delays need a clock."""

    def __init__(
        self, name: str = "queue", *, fifo: bool = False, clock: Clock | None = None, faults: FaultPlan | None = None
    ) -> None:
        self.name = name
        self.sent: list[Message] = []
        self.waiting: list[Message] = []
        self.fifo = fifo
        self._clock = clock
        self._faults = faults or no_faults()

    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:
        """Store a message. Raises NotStorable for what SQS would reject."""
        if not 0 <= delay <= MAX_DELAY:
            raise NotStorable(f"the delay of a message is 0 to {MAX_DELAY} seconds, not {delay}")
        if self.fifo and (delay or not group):
            raise NotStorable(f"{self.name} is FIFO: a message needs a group, and has no delay")
        with self._faults.call(f"{self.name}.send"):
            copied = json.loads(json.dumps(dict(body)))
            message = Message(len(self.sent) + 1, copied, group, delay, self._visible(delay))
            self.sent.append(message)
            self.waiting.append(message)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The bodies of all messages ever sent."""
        return [message.body for message in self.sent]

    def receive(self, limit: int = 10) -> list[Message]:
        """Take up to `limit` visible messages; by the fault plan, some are delivered again or out of order."""
        ready = [message for message in self.waiting if self._is_visible(message)]
        if self._faults.reorder:
            ready = self._shuffled(ready)
        taken = ready[:limit]
        for message in taken:
            if not self._faults.redelivers():
                self.waiting.remove(message)
        return taken

    def give_back(self, message: Message) -> None:
        """Return a message whose delivery failed to its place in the queue."""
        if message not in self.waiting:
            self.waiting.append(message)
            self.waiting.sort(key=lambda each: each.number)

    def _visible(self, delay: int) -> datetime | None:
        return self._clock.now() + timedelta(seconds=delay) if self._clock and delay else None

    def _is_visible(self, message: Message) -> bool:
        return message.visible is None or self._clock is None or message.visible <= self._clock.now()

    def _shuffled(self, messages: list[Message]) -> list[Message]:
        """Shuffle the messages; on a FIFO queue each group keeps its order."""
        shuffled = list(messages)
        self._faults.rng.shuffle(shuffled)
        if not self.fifo:
            return shuffled
        by_group = {group: iter([m for m in messages if m.group == group]) for group in {m.group for m in messages}}
        return [next(by_group[message.group]) for message in shuffled]


def memory_queues(
    clock: Clock | None = None, faults: FaultPlan | None = None, kind: type[MemoryQueue] = MemoryQueue
) -> Queues:
    """Return all queues in memory, FIFO as deployed: cards by channel, decisions by case, runs by account."""

    def queue(name: str, *, fifo: bool = False) -> MemoryQueue:
        return kind(name, fifo=fifo, clock=clock, faults=faults)

    return Queues(
        plan=queue("plan"),
        cards=queue("cards", fifo=True),
        answers=queue("answers"),
        decisions=queue("decisions", fifo=True),
        runs=queue("runs", fifo=True),
        proofs=queue("proofs"),
    )
