"""A queue in memory: what was sent, and deliveries as unkind as SQS may make them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.aws.sqs import MAX_DELAY
from bot.adapters.memory.faults import Hostility, peaceful
from bot.domain.errors import NotStorable
from bot.domain.ports import Clock, Queues


@dataclass(frozen=True)
class Message:
    """One message as it was sent; `visible` is when its delay is over (None: at once)."""

    number: int
    body: dict[str, Any]
    group: str = ""
    delay: int = 0
    visible: datetime | None = None


class MemoryQueue:
    """A `Queue` that keeps its messages. `fifo` holds the order within a group; delays need a clock."""

    def __init__(
        self, name: str = "queue", *, fifo: bool = False, clock: Clock | None = None, hostility: Hostility | None = None
    ) -> None:
        self.name = name
        self.sent: list[Message] = []
        self.waiting: list[Message] = []
        self.fifo = fifo
        self._clock = clock
        self._hostility = hostility or peaceful()

    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:
        """Keep a message. Raises NotStorable for what SQS would refuse."""
        if not 0 <= delay <= MAX_DELAY:
            raise NotStorable(f"a message is delayed by at most {MAX_DELAY} seconds, not {delay}")
        if self.fifo and (delay or not group):
            raise NotStorable(f"{self.name} is FIFO: a message needs a group and has no delay of its own")
        with self._hostility.call(f"{self.name}.send"):
            plain = json.loads(json.dumps(dict(body)))
            message = Message(len(self.sent) + 1, plain, group, delay, self._visible(delay))
            self.sent.append(message)
            self.waiting.append(message)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The bodies of all that was ever sent."""
        return [message.body for message in self.sent]

    def receive(self, limit: int = 10) -> list[Message]:
        """Take up to `limit` visible messages; in hostile mode some stay to come again, and not in order."""
        ready = [message for message in self.waiting if self._is_visible(message)]
        if self._hostility.reorder:
            ready = self._shuffled(ready)
        taken = ready[:limit]
        for message in taken:
            if not self._hostility.repeats():
                self.waiting.remove(message)
        return taken

    def give_back(self, message: Message) -> None:
        """The delivery failed: the message comes again, before the later ones."""
        if message not in self.waiting:
            self.waiting.append(message)
            self.waiting.sort(key=lambda each: each.number)

    def _visible(self, delay: int) -> datetime | None:
        return self._clock.now() + timedelta(seconds=delay) if self._clock and delay else None

    def _is_visible(self, message: Message) -> bool:
        return message.visible is None or self._clock is None or message.visible <= self._clock.now()

    def _shuffled(self, messages: list[Message]) -> list[Message]:
        """Any order; on a FIFO queue only the groups change places."""
        shuffled = list(messages)
        self._hostility.dice.shuffle(shuffled)
        if not self.fifo:
            return shuffled
        by_group = {group: iter([m for m in messages if m.group == group]) for group in {m.group for m in messages}}
        return [next(by_group[message.group]) for message in shuffled]


def memory_queues(
    clock: Clock | None = None, hostility: Hostility | None = None, kind: type[MemoryQueue] = MemoryQueue
) -> Queues:
    """All queues in memory, FIFO where deployed so: cards by channel, decisions by case, runs by account."""

    def queue(name: str, *, fifo: bool = False) -> MemoryQueue:
        return kind(name, fifo=fifo, clock=clock, hostility=hostility)

    return Queues(
        plan=queue("plan"),
        cards=queue("cards", fifo=True),
        answers=queue("answers"),
        decisions=queue("decisions", fifo=True),
        runs=queue("runs", fifo=True),
        proofs=queue("proofs"),
    )
