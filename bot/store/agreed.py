"""Who has said yes to what about a target, under a key that `remediate` alone may write.

The target itself carries the same for people to see, but other functions' roles may write that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from bot.domain.case import Approval
from bot.domain.ports import ABSENT_ITEM, Put, Table, Test
from bot.store import keys

_MOST: Final = 50
"""Yeses kept of one target: far more people than any policy asks for."""

_YES: Final = TypeAdapter(tuple[Approval, ...])


@dataclass(frozen=True)
class Agreed:
    """The yeses to digests of plans, and to ids of wished exemptions, as they were read. `ver` goes up with writes."""

    case_id: str
    tid: str
    yes: tuple[Approval, ...] = ()
    ver: int = 0

    def to(self, what: str) -> tuple[Approval, ...]:
        """The yeses to one digest or wish."""
        return tuple(one for one in self.yes if one.digest == what)

    def having(self, yes: Approval) -> Agreed:
        """With one more; a person's yes to the same again replaces the earlier one."""
        others = [one for one in self.yes if (one.user, one.digest) != (yes.user, yes.digest)]
        return replace(self, yes=(*others, yes)[-_MOST:])

    def forgotten(self) -> list[Put]:
        """The write after which nobody has said anything; none where that is so."""
        return [replace(self, yes=()).put()] if self.yes else []

    def put(self) -> Put:
        """The write of this, if nobody wrote it since it was read."""
        key = keys.agreed(self.case_id, self.tid)
        unchanged = (Test("ver", "=", self.ver),) if self.ver else ABSENT_ITEM
        yes = _YES.dump_python(self.yes, mode="json")
        return Put({"pk": key.pk, "sk": key.sk, "yes": list(yes), "ver": self.ver + 1}, when=unchanged)


def load(table: Table, case_id: str, tid: str) -> Agreed:
    """What was said about a target so far."""
    item = table.get(keys.agreed(case_id, tid))
    if item is None:
        return Agreed(case_id, tid)
    return Agreed(case_id, tid, _YES.validate_python(item["yes"]), int(item["ver"]))
