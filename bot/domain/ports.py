"""Ports of the core to the outside, as protocols; adapters implement each for AWS or Slack and in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol

from bot.domain.canonical import Secret
from bot.domain.resource import Resource

Item = dict[str, Any]
"""A stored item: text, whole numbers, booleans, lists and string-keyed mappings of them. No floats, sets or None."""

IndexName = Literal["due", "behind"]


@dataclass(frozen=True)
class Key:
    """Partition and sort key of an item (attributes `pk` and `sk`)."""

    pk: str
    sk: str


@dataclass(frozen=True)
class Test:
    """A condition on one attribute: absent, exists, or compared with a value.

    An absent attribute fails `=` and the orders, and passes `<>`, as in DynamoDB.
    """

    __test__: ClassVar[bool] = False  # pytest collects classes named Test otherwise

    attribute: str
    op: Literal["absent", "exists", "=", "<>", "<", "<=", ">", ">="]
    value: Any = None


@dataclass(frozen=True)
class Put:
    """Write the whole item, with its `pk` and `sk`, if all tests hold."""

    item: Item
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Update:
    """Set, add to and remove attributes if all tests hold; the item is created if it does not exist."""

    key: Key
    sets: Mapping[str, Any] = field(default_factory=dict)
    adds: Mapping[str, int] = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Delete:
    """Delete the item if all tests hold; deleting an item that does not exist is no error."""

    key: Key
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Check:
    """Write nothing; the transaction fails unless these tests hold."""

    key: Key
    when: tuple[Test, ...]


Write = Put | Update | Delete | Check

ABSENT_ITEM = (Test("pk", "absent"),)
"""The item must not exist yet."""


class Table(Protocol):
    """The table. Reads by key are strongly consistent, reads of an index eventually."""

    def get(self, key: Key) -> Item | None:
        """Return the item, or None."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Return those of the items that exist."""

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int | None = None, newest_first: bool = False
    ) -> list[Item]:
        """Return the partition's items in the order of their sort key; all pages are read up to `limit`.

        With `prefix` those whose sort key begins with it; else, with `after`, those whose sort key is greater.
        """

    def query_index(
        self, index: IndexName, pk: str, *, upto: str | None = None, limit: int | None = None
    ) -> list[Item]:
        """Return items whose `<index>_pk` is `pk`, by `<index>_sk`, up to and including `upto`. They may be stale."""

    def write(self, writes: Sequence[Write], token: str = "") -> None:
        """Write all or none (at most 100, distinct keys); the same `token` is written once. Raises Conflict."""


class Clock(Protocol):
    """The clock. `now` is the bot's time (the local stack can advance it); `wall` is the real time, for signatures."""

    def now(self) -> datetime:
        """Return the bot's time, UTC."""

    def wall(self) -> datetime:
        """Return the real time, UTC."""


class Queue(Protocol):
    """An SQS queue."""

    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:
        """Send a message; `group` for FIFO queues (deduplication id is fresh), `delay` in seconds (standard only)."""


@dataclass(frozen=True)
class Queues:
    """The queues between the functions."""

    plan: Queue
    cards: Queue
    answers: Queue
    decisions: Queue
    runs: Queue
    proofs: Queue


class Account(Protocol):
    """One account and Region through one role. Clients record the calls that they make."""

    @property
    def account_id(self) -> str:
        """The account id, twelve digits."""

    def client(self, service: str, region: str = "") -> Any:
        """Return the boto3 client of a service, in the target's Region unless another is given."""

    def secret(self, value: str) -> Secret:
        """Return a secret value as its keyed hash, the same everywhere in this deployment."""


@dataclass(frozen=True)
class Call:
    """An AWS call that was made: `s3:PutPublicAccessBlock`, without parameters (they may contain secrets)."""

    service: str
    operation: str
    error: str = ""

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}" + (f" ({self.error})" if self.error else "")


class Recorder(Protocol):
    """Collects the calls of one operation."""

    def __call__(self, call: Call, /) -> None:
        """Record one call."""


@dataclass(frozen=True)
class RoleSession:
    """The session of an assumed role: its policy, and the identity that the account's CloudTrail records."""

    session_name: str
    source_identity: str = ""
    session_policy: Mapping[str, Any] | None = None


class Accounts(Protocol):
    """The accounts that the bot reads and changes."""

    def reader(self, resource: Resource, record: Recorder) -> Account:
        """Return the account through its read-only role. Raises Unknown when the role cannot be assumed."""

    def remediator(self, resource: Resource, role_session: RoleSession, record: Recorder) -> Account:
        """Return the account through its remediation role, narrowed by the session. Raises Unknown likewise."""


class Slack(Protocol):
    """Slack's Web API. Raises Busy when throttled, BadInput when Slack rejects the call."""

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method and return its answer."""

    def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the URL from files.getUploadURLExternal. Raises Unknown."""


class Policies(Protocol):
    """The source of the policy."""

    def text(self) -> tuple[str, str]:
        """Return the YAML and its version. Raises PolicyUnreadable."""


@dataclass(frozen=True)
class HubUpdate:
    """An update of findings in Security Hub: a note, its author, and the workflow status ('' leaves it unchanged).

    `findings` are (id, product ARN); `records` are the metadata.uid of findings that are known from OCSF only.
    """

    note: str
    author: str
    findings: tuple[tuple[str, str], ...] = ()
    records: tuple[str, ...] = ()
    workflow: str = ""


class Hub(Protocol):
    """Security Hub of the delegated administrator."""

    def update(self, update: HubUpdate) -> dict[str, str]:
        """Update findings; return the ids that were not processed, with the error codes. Raises Busy, Unknown."""

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Return the findings with these (id, product ARN; '' for any product), as ASFF. Raises Busy, Unknown."""

    def findings_of(self, account: str, region: str, token: str = "") -> tuple[list[dict[str, Any]], str]:
        """Return a page of the active findings of an account and Region ('' for all), as ASFF, and the next token.

        The token is '' after the last page. One request. Raises Busy when throttled, BadInput when the token has
        expired, Unknown.
        """

    def accounts(self) -> list[str]:
        """Return the accounts whose findings are here: the members and the administrator. Raises Busy, Unknown."""


class EventBus(Protocol):
    """The event bus for events of the bot's cases."""

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Put these details in order, each as one event. Raises Busy, Unknown: some may have been put."""


class Archive(Protocol):
    """The archive of the audit record, where it cannot be altered."""

    def digest(self, name: str) -> str:
        """Return the hexadecimal SHA-256 of what is archived under this name; '' for nothing. Raises Busy, Unknown."""

    def put(self, name: str, content: bytes) -> None:
        """Archive this under the name; earlier content stays as an older version. Raises Busy, Unknown."""


class Secrets(Protocol):
    """The secrets of a function, read when needed and cached."""

    def get(self, name: str) -> str:
        """Return the value of `slack/signing-secret`, `slack/bot-token` or `digest-key`. Raises Unknown."""

    def all(self, name: str) -> tuple[str, ...]:
        """Return the valid values, the current one first; two during a rotation. Raises Unknown."""


class Ids(Protocol):
    """Fresh identifiers."""

    def ulid(self) -> str:
        """Return a new ULID: 26 characters that sort by time."""
