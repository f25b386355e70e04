"""The messages of the cards queue, by channel."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.messages.base import Message, QueueName


class _ToCards(Message):
    queue: ClassVar[QueueName] = "cards"
    group_by: ClassVar[str] = "channel_id"
    channel_id: str


class RenderChannel(_ToCards):
    """Post or update the channel's cards that are older than their cases."""

    kind: Literal["render_channel"] = "render_channel"


class SendReminders(_ToCards):
    """Post the reminders, or the escalations, that are noted for a channel."""

    kind: Literal["send_reminders"] = "send_reminders"
    reminder: Literal["reminder", "escalation"]
