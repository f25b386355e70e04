"""Log of the AWS calls made in the customers' accounts; audit and tests are checked against it."""

from __future__ import annotations

import itertools
import re
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

READ_ONLY = re.compile(r"^(Get|List|Describe|Head|Batch(Get|Describe)|Lookup|Select|Simulate|AssumeRole|Decode)")
_SECRET = re.compile(r"(password|secret|sessiontoken|authtoken|privatekey|plaintext)", re.IGNORECASE)
_MAX_TEXT = 4096
_MAX_CALLS = 100_000
_ticks = itertools.count(1)
"""Versions never repeat in a process, so that nothing cached in one run of the accounts is used in the next."""


def may_write(operation: str) -> bool:
    """Return whether an operation could change anything, by its verb."""
    return not READ_ONLY.match(operation)


@dataclass(frozen=True)
class AwsCall:
    """One call. `time` is UTC; `params` holds no secrets and no bodies; `error` is the AWS error code."""

    number: int
    time: datetime
    account: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]
    status: int
    error: str | None = None
    role_arn: str | None = None
    session_name: str | None = None
    source_identity: str | None = None

    @property
    def writes(self) -> bool:
        return may_write(self.operation)

    @property
    def action(self) -> str:
        """The call as `service:Operation`."""
        return f"{self.service}:{self.operation}"


@dataclass
class CallLog:
    """The last hundred thousand calls, in the order of their responses. Thread-safe; iteration uses a snapshot."""

    _calls: deque[AwsCall] = field(default_factory=lambda: deque(maxlen=_MAX_CALLS))
    _versions: dict[tuple[str, str], int] = field(default_factory=dict)
    _made: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **fields: Any) -> None:
        """Record a call; one that may write also touches its service."""
        with self._lock:
            call = AwsCall(number=self._made, **fields)
            self._calls.append(call)
            self._made += 1
        if call.writes:
            self.touch(call.account, call.service)

    def touch(self, account: str, service: str) -> None:
        """Mark an account's service as possibly changed."""
        with self._lock:
            self._versions[account, service] = next(_ticks)

    def version(self, account: str, service: str) -> int:
        """Return a number that grows whenever the account's service may have changed."""
        with self._lock:
            return self._versions.get((account, service), 0)

    def __iter__(self) -> Iterator[AwsCall]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        """Calls since the start, including those no longer kept."""
        return self._made

    def of(self, account: str | None = None, *, writes_only: bool = False, since: int = 0) -> list[AwsCall]:
        """Return the calls of one account (or all) from number `since` on, or only those that may write."""
        return [
            call
            for call in self
            if call.number >= since and account in {None, call.account} and (call.writes or not writes_only)
        ]


def redacted(value: Any, name: str = "") -> Any:
    """Return parameters that are safe to store and show: secrets masked, bodies as their size, long text cut."""
    if _SECRET.search(name):
        return "•••"
    if isinstance(value, Mapping):
        return {str(key): redacted(item, str(key)) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [redacted(item, name) for item in value]
    if isinstance(value, bytes | bytearray):
        return f"({len(value)} bytes)"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value[:_MAX_TEXT]
    return value
