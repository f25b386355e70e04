"""Protocols of everything that the core needs from outside. Adapters implement them for the cloud and in memory."""

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
    """Write the whole item (it carries its `pk` and `sk`) when all tests hold."""

    item: Item
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Update:
    """Set, add to and remove attributes, creating the item if need be, when all tests hold."""

    key: Key
    sets: Mapping[str, Any] = field(default_factory=dict)
    adds: Mapping[str, int] = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Delete:
    """Remove the item when all tests hold; removing what is not there is no error."""

    key: Key
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Check:
    """Write nothing, but hold the transaction to these tests."""

    key: Key
    when: tuple[Test, ...]


Write = Put | Update | Delete | Check

ABSENT_ITEM = (Test("pk", "absent"),)
"""The item must not exist yet."""


class Table(Protocol):
    """The one table. Reads by key are consistent; reads of an index are not."""

    def get(self, key: Key) -> Item | None:
        """The item, or None."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Those of the items that exist."""

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int | None = None, newest_first: bool = False
    ) -> list[Item]:
        """The partition's items in the order of their sort key; all pages are read up to `limit`.

        With `prefix` those whose sort key begins so; else, with `after`, those whose sort key is greater.
        """

    def query_index(
        self, index: IndexName, pk: str, *, upto: str | None = None, limit: int | None = None
    ) -> list[Item]:
        """Items whose `<index>_pk` is `pk`, by `<index>_sk`, up to and including `upto`. May be stale."""

    def write(self, writes: Sequence[Write], token: str = "") -> None:
        """All of the writes or none (at most 100, distinct keys). Raises Conflict; the same `token` counts once."""


class Clock(Protocol):
    """Time. `now` is the bot's time (the local stack can advance it); `wall` is the real one, for signatures."""

    def now(self) -> datetime:
        """The bot's time, UTC."""

    def wall(self) -> datetime:
        """Real time, UTC."""


class Queue(Protocol):
    """A queue that a function reads."""

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
    """One account and Region, seen through one role. Clients record the calls that they make."""

    @property
    def account_id(self) -> str:
        """The twelve digits."""

    def client(self, service: str, region: str = "") -> Any:
        """The boto3 client of a service, in the target's Region unless told."""

    def secret(self, value: str) -> Secret:
        """A secret value as its keyed hash, the same on every machine of this deployment."""


@dataclass(frozen=True)
class Call:
    """One AWS call that was really made: `s3:PutPublicAccessBlock`, without parameters (they may hold secrets)."""

    service: str
    operation: str
    error: str = ""

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}" + (f" ({self.error})" if self.error else "")


class Recorder(Protocol):
    """Collects the calls of one unit of work."""

    def __call__(self, call: Call, /) -> None:
        """Note one call."""


@dataclass(frozen=True)
class RoleSession:
    """The session of an assumed role: its session policy, and the names that appear in the account's CloudTrail."""

    session_name: str
    source_identity: str = ""
    session_policy: Mapping[str, Any] | None = None


class Accounts(Protocol):
    """The accounts that the bot looks at and works on."""

    def reader(self, resource: Resource, record: Recorder) -> Account:
        """The account through its read-only role. Raises Unknown when the role cannot be assumed."""

    def remediator(self, resource: Resource, session: RoleSession, record: Recorder) -> Account:
        """The account through its remediation role, narrowed by the errand. Raises Unknown likewise."""


class Slack(Protocol):
    """Slack's Web API, as far as the bot uses it. Raises Busy when throttled, BadInput when Slack refuses."""

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method and return its answer."""

    def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the address that files.getUploadURLExternal gave. Raises Unknown."""


class Policies(Protocol):
    """The source of the policy."""

    def text(self) -> tuple[str, str]:
        """The YAML and its version. Raises PolicyUnreadable."""


@dataclass(frozen=True)
class HubUpdate:
    """An update of findings in Security Hub: a note, its author, and the workflow status ('' for unchanged).

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
        """Tell it; the ids that it did not take, with its word for why. Raises Busy when throttled, Unknown."""

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """The findings with these (id, product ARN; '' for any product), as ASFF. Raises Busy, Unknown."""

    def findings_of(self, account: str, region: str, token: str = "") -> tuple[list[dict[str, Any]], str]:
        """A page of the active findings of an account and Region ('' for all), as ASFF, and the next page's token.

        The token is '' after the last page. One request. Raises Busy when throttled, BadInput when the token does
        not hold any more, Unknown.
        """

    def accounts(self) -> list[str]:
        """The accounts whose findings are here: the members, and their administrator. Raises Busy, Unknown."""


class EventBus(Protocol):
    """The bus on which others hear of the bot's cases."""

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Put these details in order, each as one event. Raises Busy, Unknown: some may have arrived."""


class Archive(Protocol):
    """The archive of the audit record, which nobody can change."""

    def digest(self, name: str) -> str:
        """The SHA-256 (hexadecimal) of what is archived under this name now; '' for nothing. Raises Busy, Unknown."""

    def put(self, name: str, content: bytes) -> None:
        """Archive this under the name; what was there stays as an older version. Raises Busy, Unknown."""


class Secrets(Protocol):
    """Secrets that a function needs, read when needed and cached."""

    def get(self, name: str) -> str:
        """The value of `slack/signing-secret`, `slack/bot-token`, `digest-key`. Raises Unknown."""

    def all(self, name: str) -> tuple[str, ...]:
        """The values that are valid now, the current one first; two while it is being replaced. Raises Unknown."""


class Ids(Protocol):
    """Fresh identifiers."""

    def ulid(self) -> str:
        """A new ULID: 26 characters that sort by time."""
