"""Everything outside, in one value that is passed last."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ports import Accounts, Archive, Clock, EventBus, Hub, Ids, Policies, Queues, Secrets, Slack, Table


@dataclass(frozen=True)
class World:
    """What use cases need from outside. Tests pass in-memory twins; `bot.runtime.bootstrap` builds the real ones."""

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
