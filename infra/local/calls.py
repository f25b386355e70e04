"""Which AWS calls were really made, by whom and with what: the record that audit and tests are checked against."""

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
_LONGEST = 4096
_KEPT = 100_000
_ticks = itertools.count(1)
"""Versions never repeat in a process, so that what was kept of one run of the accounts is not taken for the next's."""


def may_write(operation: str) -> bool:
    """Whether an operation could change anything, by the verb of its name."""
    return not READ_ONLY.match(operation)


@dataclass(frozen=True)
class AwsCall:
    """One call. `time` is UTC; `params` carries no secrets and no bodies; `error` is AWS's error code."""

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
        """Whether the call could change anything, by the verb of its name."""
        return may_write(self.operation)

    @property
    def action(self) -> str:
        """The call as `service:Operation`."""
        return f"{self.service}:{self.operation}"


@dataclass
class CallLog:
    """The last hundred thousand calls in the order of their answers. Thread-safe; iterating sees what was there."""

    _calls: deque[AwsCall] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _versions: dict[tuple[str, str], int] = field(default_factory=dict)
    _made: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **fields: Any) -> None:
        """Record one call and, if it may have changed something, note that."""
        with self._lock:
            call = AwsCall(number=self._made, **fields)
            self._calls.append(call)
            self._made += 1
        if call.writes:
            self.touch(call.account, call.service)

    def touch(self, account: str, service: str) -> None:
        """Note that an account's service may have changed."""
        with self._lock:
            self._versions[account, service] = next(_ticks)

    def version(self, account: str, service: str) -> int:
        """A number that grows whenever something may have changed in the account's service."""
        with self._lock:
            return self._versions.get((account, service), 0)

    def __iter__(self) -> Iterator[AwsCall]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        """How many calls there were since the start, also those that are no longer kept."""
        return self._made

    def of(self, account: str | None = None, *, writes_only: bool = False, since: int = 0) -> list[AwsCall]:
        """The calls of one account (or all) from number `since` on; on demand only those that may change things."""
        return [
            call
            for call in self
            if call.number >= since and account in {None, call.account} and (call.writes or not writes_only)
        ]


def without_secrets(value: Any, name: str = "") -> Any:
    """Parameters as they may be kept and shown: secrets as dots, bodies as their size, long text cut."""
    if _SECRET.search(name):
        return "•••"
    if isinstance(value, Mapping):
        return {str(key): without_secrets(item, str(key)) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [without_secrets(item, name) for item in value]
    if isinstance(value, bytes | bytearray):
        return f"({len(value)} bytes)"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value[:_LONGEST]
    return value
