"""Base of all messages: kind, version and queue. Messages are sent and parsed here only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from bot.domain.errors import BadInput
from bot.domain.ports import Queues
from bot.payload import PayloadModel, parse_payload

QueueName = Literal["plan", "decisions", "runs", "proofs", "cards", "answers"]


class MessageModel(PayloadModel):
    """A message or a part of one. Its schema is built at its first use: a function meets a few of them only."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Message(MessageModel):
    """A message of a queue. `version` rises when a field changes its meaning.

    `group_by` names the field by which a FIFO queue groups its messages: it keeps the order within a group.
    """

    queue: ClassVar[QueueName]
    group_by: ClassVar[str] = ""
    kind: str
    version: Literal[1] = 1

    @property
    def group(self) -> str:
        """The message group; '' for a standard queue."""
        return str(getattr(self, self.group_by)) if self.group_by else ""


def send(message: Message, queues: Queues, *, delay: int = 0) -> None:
    """Send a message to its queue; `delay` is in seconds, for standard queues only.

    Raises NotStorable, Busy; Unknown: it may have been sent.
    """
    getattr(queues, message.queue).send(to_json(message), group=message.group, delay=delay)


def to_json(message: Message) -> dict[str, Any]:
    """Return the JSON form of a message, which `parse` reads."""
    return message.model_dump(mode="json")


def parse(body: Mapping[str, Any]) -> Message:
    """Return the typed message. Raises BadInput for an unknown kind, version or field, and for a missing field."""
    kind = body.get("kind") if isinstance(body, Mapping) else None
    if not isinstance(kind, str) or kind not in classes():
        raise BadInput(f"there is no message of kind {kind!r}")
    return parse_payload(classes()[kind], body, f"message {kind!r}")


@cache
def classes() -> dict[str, type[Message]]:
    """Return the class of each kind of message. A union type would build the models of all to parse one."""
    found = [each for base in Message.__subclasses__() for each in base.__subclasses__()]
    return {each.model_fields["kind"].default: each for each in found}
