"""Limits on approvals an hour, of one person and in one account; above them a second person must approve.

They bound what a stolen session or a script that presses buttons can do. The counters are part of the approval's own
transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.policy import Policy
from bot.domain.ports import ABSENT_ITEM, Key, Test, Update
from bot.store import keys
from bot.world import World

VOTES_ABOVE_LIMIT: Final = 2


@dataclass(frozen=True)
class HourlyCount:
    """The approvals in this hour, by a person or in an account."""

    key: Key
    number: int

    @property
    def increment(self) -> Update:
        """The write that counts one more, on condition that nobody has counted since it was read."""
        unchanged = (Test("n", "=", self.number),) if self.number else ABSENT_ITEM
        return Update(self.key, adds={"n": 1}, when=unchanged)


@dataclass(frozen=True)
class ApprovalCounts:
    """The two counts that an approval is part of."""

    person: HourlyCount
    account: HourlyCount


def approval_counts(user: str, account: str, world: World) -> ApprovalCounts:
    """Read the counts of this hour, both at once."""
    hour = keys.stamp(world.clock.now())[:13]
    found = [keys.approvals(user, hour), keys.approvals(account, hour)]
    stored = world.table.get_many(found)
    return ApprovalCounts(*(HourlyCount(key, int(stored.get(key, {}).get("n", 0))) for key in found))


def limit_reached(now: ApprovalCounts, policy: Policy) -> str:
    """Return which of the policy's limits is reached, in words; '' for none."""
    if now.person.number >= policy.per_person_per_hour:
        return f"you have approved {now.person.number} changes in this hour, and the policy wants a second person then"
    if now.account.number >= policy.per_account_per_hour:
        return f"this account has had {now.account.number} approvals in this hour, and the policy wants two people then"
    return ""
