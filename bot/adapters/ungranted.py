"""Stand-ins for ports that a function's role does not grant: each call raises Forbidden, before any call of AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.domain.errors import Forbidden
from bot.domain.ports import Account, Accounts, Hub, HubUpdate, Recorder, RoleSession
from bot.domain.resource import Resource


@dataclass(frozen=True)
class UngrantedQueue:
    """A queue to which the function may not send."""

    function: str
    name: str

    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:  # noqa: ARG002 - the port's
        """Raise Forbidden."""
        _refuse(self.function, f"sends nothing to the {self.name} queue, also not {body.get('kind', 'this')!r}")


@dataclass(frozen=True)
class UngrantedAccounts:
    """`Accounts` of a function that assumes no role."""

    function: str

    def reader(self, resource: Resource, record: Recorder) -> Account:  # noqa: ARG002 - the port's
        """Raise Forbidden."""
        _refuse(self.function, f"reaches no account, also not {resource.account} to read")

    def remediator(self, resource: Resource, role_session: RoleSession, record: Recorder) -> Account:  # noqa: ARG002 - the port's
        """Raise Forbidden."""
        _refuse(self.function, f"reaches no account, also not {resource.account} for {role_session.session_name}")


@dataclass(frozen=True)
class ReadOnlyAccounts:
    """`Accounts` of a function that assumes the read-only role alone."""

    function: str
    accounts: Accounts

    def reader(self, resource: Resource, record: Recorder) -> Account:
        return self.accounts.reader(resource, record)

    def remediator(self, resource: Resource, role_session: RoleSession, record: Recorder) -> Account:  # noqa: ARG002 - the port's
        """Raise Forbidden."""
        _refuse(self.function, f"only reads, also in {resource.account} for {role_session.session_name}")


@dataclass(frozen=True)
class UngrantedSlack:
    """`Slack` of a function without the bot token."""

    function: str

    def call(self, method: str, **_arguments: Any) -> dict[str, Any]:
        """Raise Forbidden."""
        _refuse(self.function, f"holds no Slack token and cannot call {method}")

    def upload(self, url: str, content: bytes) -> None:  # noqa: ARG002 - the port's
        """Raise Forbidden."""
        _refuse(self.function, f"holds no Slack token and uploads nothing ({len(content)} bytes)")


@dataclass(frozen=True)
class UngrantedHub:
    """`Hub` of a function that neither reads nor updates Security Hub."""

    function: str

    def update(self, update: HubUpdate) -> dict[str, str]:
        """Raise Forbidden."""
        _refuse(self.function, f"writes nothing to Security Hub, also not {update.note!r}")

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Raise Forbidden."""
        _refuse(self.function, f"does not read Security Hub ({len(ids)} findings)")

    def findings_of(
        self,
        account: str,
        region: str,
        token: str = "",  # noqa: ARG002 - the port's
    ) -> tuple[list[dict[str, Any]], str]:
        """Raise Forbidden."""
        _refuse(self.function, f"does not read Security Hub ({account} {region})")

    def accounts(self) -> list[str]:
        """Raise Forbidden."""
        _refuse(self.function, "does not read Security Hub's members")


@dataclass(frozen=True)
class RestrictedHub:
    """`Hub` of a function that only reads Security Hub, or only updates it."""

    hub: Hub
    function: str
    reads: bool
    writes: bool

    def update(self, update: HubUpdate) -> dict[str, str]:
        """Delegate to the hub. Raises Forbidden for a function that only reads."""
        return self._writable().update(update)

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Delegate to the hub. Raises Forbidden for a function that only updates."""
        return self._readable().findings_by_id(ids)

    def findings_of(self, account: str, region: str, token: str = "") -> tuple[list[dict[str, Any]], str]:
        """Delegate to the hub. Raises Forbidden for a function that only updates."""
        return self._readable().findings_of(account, region, token)

    def accounts(self) -> list[str]:
        """Delegate to the hub. Raises Forbidden for a function that only updates."""
        return self._readable().accounts()

    def _readable(self) -> Hub:
        return self.hub if self.reads else UngrantedHub(self.function)

    def _writable(self) -> Hub:
        return self.hub if self.writes else UngrantedHub(self.function)


@dataclass(frozen=True)
class UngrantedBus:
    """`EventBus` of a function that publishes nothing."""

    function: str

    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Raise Forbidden."""
        _refuse(self.function, f"announces nothing ({len(events)} events)")


@dataclass(frozen=True)
class UngrantedArchive:
    """`Archive` of a function without the audit bucket."""

    function: str

    def digest(self, name: str) -> str:
        """Raise Forbidden."""
        _refuse(self.function, f"does not look into the archive, also not at {name}")

    def put(self, name: str, content: bytes) -> None:
        """Raise Forbidden."""
        _refuse(self.function, f"archives nothing, also not {name} ({len(content)} bytes)")


@dataclass(frozen=True)
class UngrantedSecrets:
    """`Secrets` of a function that reads none."""

    function: str

    def get(self, name: str) -> str:
        """Raise Forbidden."""
        _refuse(self.function, f"may not read the secret {name}")

    def all(self, name: str) -> tuple[str, ...]:
        """Raise Forbidden."""
        _refuse(self.function, f"may not read the secret {name}")


def _refuse(function: str, what: str) -> NoReturn:
    raise Forbidden(f"the {function} function {what}")
