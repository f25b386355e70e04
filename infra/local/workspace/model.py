"""State of the workspace: people, groups, conversations, messages and files.

Nothing here locks: callers hold `Workspace.lock` (the Web API for a whole method, a script for each step).
"""

import secrets
import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from infra.local.workspace.clock import Clock
from infra.local.workspace.config import JSON, Channel, Group, Person, WorkspaceConfig
from infra.local.workspace.errors import SlackError


@dataclass(frozen=True)
class Conversation:
    """A channel, or the direct messages between the app and one person (`im_user`)."""

    id: str
    name: str
    channel: Channel
    im_user: str = ""


@dataclass
class Message:
    """One message: `body` is its form in conversations.history; `shown_to` is set for an ephemeral one."""

    channel: str
    ts: str
    body: JSON
    changed: int
    shown_to: str = ""

    @property
    def thread(self) -> str:
        """The ts of its thread; its own for a thread's first message or a message without a thread."""
        return str(self.body.get("thread_ts") or self.ts)


@dataclass(frozen=True)
class File:
    """An upload; `content` is None until the bytes have arrived."""

    id: str
    name: str
    title: str
    content: bytes | None = None


@dataclass
class Workspace:
    """Everything that people see, with a version that grows with every change."""

    config: WorkspaceConfig
    clock: Clock
    lock: threading.RLock = field(default_factory=threading.RLock)
    version: int = 0
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    _last_ts: int = 0

    def __post_init__(self) -> None:
        """Open the channels; direct messages are opened on demand."""
        self.changed = threading.Condition(self.lock)
        self.conversations = {item.id: Conversation(item.id, item.name, item) for item in self.config.channels}

    def touch(self) -> int:
        """Count a change and notify waiting streams."""
        self.version += 1
        self.changed.notify_all()
        return self.version

    def next_ts(self) -> str:
        """Return a unique timestamp in Slack's format."""
        micro = max(int(self.clock.seconds() * 1_000_000), self._last_ts + 1)
        self._last_ts = micro
        return f"{micro // 1_000_000}.{micro % 1_000_000:06d}"

    # People and conversations

    def person(self, user: str) -> Person:
        """Find a person. Raises SlackError user_not_found."""
        for person in self.config.people:
            if person.id == user:
                return person
        raise SlackError("user_not_found")

    def group(self, group: str) -> Group:
        """Find a user group. Raises SlackError no_such_subteam."""
        for item in self.config.groups:
            if item.id == group:
                return item
        raise SlackError("no_such_subteam")

    def groups_of(self, user: str) -> list[str]:
        """Return the ids of a person's groups."""
        return [group.id for group in self.config.groups if user in group.users]

    def conversation(self, channel: str) -> Conversation:
        """Find a channel by id (or #name), or direct messages with a person. Raises SlackError channel_not_found."""
        found = self.conversations.get(channel) or self._by_name(channel.removeprefix("#"))
        if found:
            return found
        if any(person.id == channel for person in self.config.people):
            return self.direct(channel)
        raise SlackError("channel_not_found")

    def _by_name(self, name: str) -> Conversation | None:
        return next((item for item in self.conversations.values() if name and item.name == name), None)

    def direct(self, user: str) -> Conversation:
        """Return the direct messages with a person, opened if necessary."""
        identity = "D" + self.person(user).id.removeprefix("U")
        if identity not in self.conversations:
            self.conversations[identity] = Conversation(identity, "", Channel(identity, "", private=True), im_user=user)
            self.touch()
        return self.conversations[identity]

    def members(self, place: Conversation) -> list[str]:
        """Return the members of a conversation, including the app."""
        app = [self.config.bot_user_id] if place.channel.bot else []
        if place.im_user:
            return [place.im_user, *app]
        return [*(place.channel.members or tuple(person.id for person in self.config.people)), *app]

    # Messages

    def add(self, channel: str, body: JSON, shown_to: str = "") -> Message:
        """Store a new message; sets its ts. An ephemeral one is shown to one person only."""
        ts = self.next_ts()
        message = Message(channel, ts, {**body, "ts": ts}, self.touch(), shown_to)
        self.messages[channel, ts] = message
        self._count_reply(message)
        return message

    def _count_reply(self, reply: Message) -> None:
        parent = self.messages.get((reply.channel, reply.thread))
        if parent is None or parent is reply or reply.shown_to:
            return
        users = parent.body.get("reply_users", [])
        users = users if reply.body["user"] in users else [*users, reply.body["user"]]
        parent.body |= {
            "thread_ts": parent.ts,
            "reply_count": parent.body.get("reply_count", 0) + 1,
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": reply.ts,
        }
        parent.changed = self.touch()

    def message(self, channel: str, ts: str) -> Message:
        """Find a message that is not ephemeral. Raises SlackError message_not_found."""
        found = self.messages.get((channel, ts))
        if found is None or found.shown_to:
            raise SlackError("message_not_found")
        return found

    def change(self, message: Message, fields: JSON) -> None:
        """Set fields of a message; None removes a field."""
        merged = {**message.body, **fields}
        message.body = {key: value for key, value in merged.items() if value is not None}
        message.changed = self.touch()

    def remove(self, message: Message) -> None:
        del self.messages[message.channel, message.ts]
        self.touch()

    def in_channel(self, channel: str) -> list[Message]:
        """Return the messages of a conversation, including ephemeral ones, oldest first."""
        return sorted((item for item in self.messages.values() if item.channel == channel), key=lambda item: item.ts)

    def changed_since(self, version: int) -> list[Message]:
        """Return the messages posted or edited after a version, in the order of the conversation."""
        return sorted((item for item in self.messages.values() if item.changed > version), key=lambda item: item.ts)

    def top_level(self, channel: str) -> Iterator[Message]:
        """Yield a channel's messages outside threads, newest first, without ephemeral ones."""
        for message in reversed(self.in_channel(channel)):
            if not message.shown_to and message.thread == message.ts:
                yield message

    def in_thread(self, channel: str, thread: str) -> list[Message]:
        """Return a thread's messages, including the first one. Raises SlackError thread_not_found."""
        found = [item for item in self.in_channel(channel) if item.thread == thread and not item.shown_to]
        if not found:
            raise SlackError("thread_not_found")
        return found

    # Files

    def new_file(self, name: str) -> File:
        """Register an upload before its bytes arrive."""
        file = File(f"F{secrets.token_hex(5).upper()}", name, name)
        self.files[file.id] = file
        return file

    def file(self, identity: str) -> File:
        """Find an upload. Raises SlackError file_not_found."""
        if identity not in self.files:
            raise SlackError("file_not_found")
        return self.files[identity]


def public(message: Message, *, metadata: bool = True) -> JSON:
    """Return a copy of a message as in the Web API."""
    body = deepcopy(message.body)
    return body if metadata else {key: value for key, value in body.items() if key != "metadata"}
