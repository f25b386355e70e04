"""Accounts for tests: whatever `make` gives, a record of who was entered and why, and scripted refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.adapters.memory.faults import Hostility, peaceful
from bot.domain.errors import CspmError
from bot.domain.ports import Account, Recorder, RoleSession
from bot.domain.resource import Resource


@dataclass
class MemoryAccounts:
    """`Accounts` over `make(resource, record)`; `failures` maps an account to what entering it raises."""

    make: Callable[[Resource, Recorder], Account]
    failures: dict[str, CspmError] = field(default_factory=dict)
    hostility: Hostility = field(default_factory=peaceful)
    read: list[Resource] = field(default_factory=list)
    sessions: list[tuple[Resource, RoleSession]] = field(default_factory=list)

    def reader(self, resource: Resource, record: Recorder) -> Account:
        """The account, noted in `read`."""
        with self.hostility.call("accounts.reader"):
            self.read.append(resource)
            return self._enter(resource, record)

    def remediator(self, resource: Resource, session: RoleSession, record: Recorder) -> Account:
        """The account, noted with its errand in `errands`."""
        with self.hostility.call("accounts.remediator"):
            self.sessions.append((resource, session))
            return self._enter(resource, record)

    def _enter(self, resource: Resource, record: Recorder) -> Account:
        if problem := self.failures.get(resource.account):
            raise problem
        return self.make(resource, record)
