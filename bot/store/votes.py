"""Who has said yes to what about a target, under a key that `remediate` alone may write.

The target itself carries the same for people to see, but other functions' roles may write that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from bot.domain.ports import ABSENT_ITEM, Item, Put, Table, Test
from bot.domain.target_record import Vote
from bot.store import keys

_MOST: Final = 50
"""Yeses kept of one target: far more people than any policy asks for."""

_YES: Final = TypeAdapter(tuple[Vote, ...])


@dataclass(frozen=True)
class Votes:
    """The yeses to digests of plans, and to ids of wished exemptions, as they were read. `ver` goes up with writes.

    What was signed until `forgotten` counts no more. `decision` is the last one that moved something here, and `said`
    what its person is told: should it be judged twice, the answer is the same.
    """

    case_id: str
    target_id: str
    yes: tuple[Vote, ...] = ()
    forgotten: str = ""
    decision: str = ""
    said: str = ""
    ver: int = 0

    def to(self, what: str) -> tuple[Vote, ...]:
        """The yeses to one digest or wish."""
        return tuple(one for one in self.yes if one.digest == what)

    def having(self, yes: Vote) -> Votes:
        """With one more; a person's yes to the same again replaces the earlier one."""
        others = [one for one in self.yes if (one.user, one.digest) != (yes.user, yes.digest)]
        return replace(self, yes=(*others, yes)[-_MOST:])

    def forgetting(self, signed: str) -> Votes:
        """With nothing that was said until then: a decision that was signed later has another answer."""
        return replace(self, yes=(), forgotten=max(self.forgotten, signed))

    def by(self, decision: str, said: str) -> Votes:
        """As this decision leaves it."""
        return replace(self, decision=decision, said=said)

    def put(self) -> Put:
        """The write of this, if nobody wrote it since it was read."""
        key = keys.votes(self.case_id, self.target_id)
        unchanged = (Test("ver", "=", self.ver),) if self.ver else ABSENT_ITEM
        yes = list(_YES.dump_python(self.yes, mode="json"))
        told = {"forgotten": self.forgotten, "decision": self.decision, "said": self.said}
        return Put({"pk": key.pk, "sk": key.sk, "yes": yes, **told, "ver": self.ver + 1}, when=unchanged)


def load(table: Table, case_id: str, target_id: str) -> Votes:
    """What was said about a target so far."""
    item = table.get(keys.votes(case_id, target_id))
    return _from(case_id, item) if item else Votes(case_id, target_id)


def moved_by(table: Table, case_id: str, decision: str) -> list[str]:
    """The targets that this decision was the last to move: where there are some, it is judged a second time."""
    found = [_from(case_id, item) for item in table.query(f"AGREED#{case_id}", prefix="T#")]
    return [one.target_id for one in found if one.decision == decision]


def _from(case_id: str, item: Item) -> Votes:
    told = {name: str(item.get(name, "")) for name in ("forgotten", "decision", "said")}
    target_id = str(item["sk"]).removeprefix("T#")
    return Votes(case_id, target_id, _YES.validate_python(item["yes"]), ver=int(item["ver"]), **told)
