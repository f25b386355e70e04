"""Accounts in memory for tests: built by a factory, with a record of each use and scripted errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.adapters.memory.faults import FaultPlan, no_faults
from bot.domain.errors import CspmError
from bot.domain.ports import Account, Recorder, RoleSession
from bot.domain.resource import Resource


@dataclass
class MemoryAccounts:
    """`Accounts` over `make(resource, record)`; `failures` maps an account to the error of assuming its roles.

    `read` are the resources of `reader`, `sessions` those of `remediator` with their sessions, in order of the calls.
    """

    make: Callable[[Resource, Recorder], Account]
    failures: dict[str, CspmError] = field(default_factory=dict)
    faults: FaultPlan = field(default_factory=no_faults)
    read: list[Resource] = field(default_factory=list)
    sessions: list[tuple[Resource, RoleSession]] = field(default_factory=list)

    def reader(self, resource: Resource, record: Recorder) -> Account:
        with self.faults.call("accounts.reader"):
            self.read.append(resource)
            return self._account(resource, record)

    def remediator(self, resource: Resource, role_session: RoleSession, record: Recorder) -> Account:
        with self.faults.call("accounts.remediator"):
            self.sessions.append((resource, role_session))
            return self._account(resource, record)

    def _account(self, resource: Resource, record: Recorder) -> Account:
        if problem := self.failures.get(resource.account):
            raise problem
        return self.make(resource, record)
