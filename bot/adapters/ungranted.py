"""What stands in for a port that a function has no right to: it says so, instead of failing later at AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.domain.errors import Forbidden
from bot.domain.ports import Account, Accounts, Hub, HubUpdate, Recorder, RoleSession
from bot.domain.resource import Resource


@dataclass(frozen=True)
class ForbiddenQueue:
    """A queue that the function may not write to."""

    function: str
    name: str

    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:  # noqa: ARG002 - the port's
        """Raises Forbidden."""
        _refuse(self.function, f"sends nothing to the {self.name} queue, also not {body.get('kind', 'this')!r}")


@dataclass(frozen=True)
class ForbiddenAccounts:
    """No account at all."""

    function: str

    def reader(self, resource: Resource, record: Recorder) -> Account:  # noqa: ARG002 - the port's
        """Raises Forbidden."""
        _refuse(self.function, f"reaches no account, also not {resource.account} to read")

    def remediator(self, resource: Resource, session: RoleSession, record: Recorder) -> Account:  # noqa: ARG002 - the port's
        """Raises Forbidden."""
        _refuse(self.function, f"reaches no account, also not {resource.account} for {session.session_name}")


@dataclass(frozen=True)
class ReadingAccounts:
    """Accounts through the read-only role alone."""

    function: str
    accounts: Accounts

    def reader(self, resource: Resource, record: Recorder) -> Account:
        """The account through its read-only role."""
        return self.accounts.reader(resource, record)

    def remediator(self, resource: Resource, session: RoleSession, record: Recorder) -> Account:  # noqa: ARG002 - the port's
        """Raises Forbidden."""
        _refuse(self.function, f"only reads, also in {resource.account} for {session.session_name}")


@dataclass(frozen=True)
class ForbiddenSlack:
    """No Slack token."""

    function: str

    def call(self, method: str, **_arguments: Any) -> dict[str, Any]:
        """Raises Forbidden."""
        _refuse(self.function, f"holds no Slack token and cannot call {method}")

    def upload(self, url: str, content: bytes) -> None:  # noqa: ARG002 - the port's
        """Raises Forbidden."""
        _refuse(self.function, f"holds no Slack token and uploads nothing ({len(content)} bytes)")


@dataclass(frozen=True)
class ForbiddenHub:
    """No Security Hub."""

    function: str

    def update(self, update: HubUpdate) -> dict[str, str]:
        """Raises Forbidden."""
        _refuse(self.function, f"writes nothing to Security Hub, also not {update.note!r}")

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Raises Forbidden."""
        _refuse(self.function, f"does not read Security Hub ({len(ids)} findings)")

    def findings_of(
        self,
        account: str,
        region: str,
        token: str = "",  # noqa: ARG002 - the port's
    ) -> tuple[list[dict[str, Any]], str]:
        """Raises Forbidden."""
        _refuse(self.function, f"does not read Security Hub ({account} {region})")

    def accounts(self) -> list[str]:
        """Raises Forbidden."""
        _refuse(self.function, "does not read Security Hub's members")


@dataclass(frozen=True)
class OneWayHub:
    """Security Hub for a function that only reads it, or only writes to it."""

    hub: Hub
    function: str
    reads: bool
    writes: bool

    def update(self, update: HubUpdate) -> dict[str, str]:
        """As the hub's; raises Forbidden for a function that only reads."""
        return self._writable().update(update)

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """As the hub's; raises Forbidden for a function that only writes."""
        return self._readable().findings_by_id(ids)

    def findings_of(self, account: str, region: str, token: str = "") -> tuple[list[dict[str, Any]], str]:
        """As the hub's; raises Forbidden for a function that only writes."""
        return self._readable().findings_of(account, region, token)

    def accounts(self) -> list[str]:
        """As the hub's; raises Forbidden for a function that only writes."""
        return self._readable().accounts()

    def _readable(self) -> Hub:
        return self.hub if self.reads else ForbiddenHub(self.function)

    def _writable(self) -> Hub:
        return self.hub if self.writes else ForbiddenHub(self.function)


@dataclass(frozen=True)
class ForbiddenBus:
    """No bus."""

    function: str

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Raises Forbidden."""
        _refuse(self.function, f"announces nothing ({len(events)} events)")


@dataclass(frozen=True)
class ForbiddenArchive:
    """No archive."""

    function: str

    def digest(self, name: str) -> str:
        """Raises Forbidden."""
        _refuse(self.function, f"does not look into the archive, also not at {name}")

    def put(self, name: str, content: bytes) -> None:
        """Raises Forbidden."""
        _refuse(self.function, f"archives nothing, also not {name} ({len(content)} bytes)")


@dataclass(frozen=True)
class ForbiddenSecrets:
    """No secret."""

    function: str

    def get(self, name: str) -> str:
        """Raises Forbidden."""
        _refuse(self.function, f"may not read the secret {name}")

    def all(self, name: str) -> tuple[str, ...]:
        """Raises Forbidden."""
        _refuse(self.function, f"may not read the secret {name}")


def _refuse(function: str, what: str) -> NoReturn:
    raise Forbidden(f"the {function} function {what}")
