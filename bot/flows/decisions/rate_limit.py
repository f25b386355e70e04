"""How many approvals an hour one person may give, and one account may have, before a second person must look.

A stolen session or a script that presses buttons meets this. The counters are part of the approval's own transaction.
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
    """Approvals so far in this hour, of a person or an account."""

    key: Key
    number: int

    @property
    def one_more(self) -> Update:
        """The write that counts another one, if nobody counted one meanwhile."""
        unchanged = (Test("n", "=", self.number),) if self.number else ABSENT_ITEM
        return Update(self.key, adds={"n": 1}, when=unchanged)


@dataclass(frozen=True)
class ApprovalCounts:
    """The two counts that an approval meets."""

    person: HourlyCount
    account: HourlyCount


def approval_counts(user: str, account: str, world: World) -> ApprovalCounts:
    """What was approved in this hour: two reads at once."""
    hour = keys.stamp(world.clock.now())[:13]
    found = [keys.approvals(user, hour), keys.approvals(account, hour)]
    stored = world.table.get_many(found)
    return ApprovalCounts(*(HourlyCount(key, int(stored.get(key, {}).get("n", 0))) for key in found))


def limit_reached(now: ApprovalCounts, policy: Policy) -> str:
    """Which of the policy's numbers is reached, in words; '' for none."""
    if now.person.number >= policy.per_person_per_hour:
        return f"you have approved {now.person.number} changes in this hour, and the policy wants a second person then"
    if now.account.number >= policy.per_account_per_hour:
        return f"this account has had {now.account.number} approvals in this hour, and the policy wants two people then"
    return ""
