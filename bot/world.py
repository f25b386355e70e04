"""`World`: the ports that use cases need, in one value that is passed last.

A module of its own beside the packages, since both the flows, which take it, and the runtime, which builds it, import
it, and it needs nothing but the ports.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ports import Accounts, Archive, Clock, EventBus, Hub, Ids, Policies, Queues, Secrets, Slack, Table


@dataclass(frozen=True)
class World:
    """The ports of one function: built by `bot.runtime.bootstrap`, or with adapters in memory by tests."""

    clock: Clock
    ids: Ids
    table: Table
    queues: Queues
    policies: Policies
    secrets: Secrets
    slack: Slack
    accounts: Accounts
    hub: Hub
    bus: EventBus
    archive: Archive
    fallback_channel: str = ""
    deployed_at: str = ""
