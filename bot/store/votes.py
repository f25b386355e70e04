"""The votes on a target, under a key that only `remediate` may write.

The target carries them too, for people to see, but other functions' roles may write the target.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from bot.domain.ports import ABSENT_ITEM, Item, Put, Table, Test
from bot.domain.target_record import Vote
from bot.store import keys

_MOST: Final = 50
"""Votes kept of one target: far more people than any policy asks for."""

_VOTES: Final = TypeAdapter(tuple[Vote, ...])


@dataclass(frozen=True)
class Votes:
    """The votes for digests of plans and for ids of exemption requests. `ver` goes up with every write.

    What was signed until `reset_at` does not count any more. `decision` is the last decision that moved the target, and
    `reply` what its person was answered: a decision that is judged twice gives the same answer.
    """

    case_id: str
    target_id: str
    votes: tuple[Vote, ...] = ()
    reset_at: str = ""
    decision: str = ""
    reply: str = ""
    ver: int = 0

    def of(self, digest: str) -> tuple[Vote, ...]:
        """Return the votes for one digest or exemption request."""
        return tuple(vote for vote in self.votes if vote.digest == digest)

    def with_vote(self, vote: Vote) -> Votes:
        """Add a vote; it replaces the person's earlier one for the same digest."""
        others = [one for one in self.votes if (one.user, one.digest) != (vote.user, vote.digest)]
        return replace(self, votes=(*others, vote)[-_MOST:])

    def reset(self, signed_at: str) -> Votes:
        """Drop every vote, and those that were signed until then but arrive later."""
        return replace(self, votes=(), reset_at=max(self.reset_at, signed_at))

    def decided(self, decision: str, reply: str) -> Votes:
        """Note which decision moved the target, and its reply."""
        return replace(self, decision=decision, reply=reply)

    def put(self) -> Put:
        """Return the write, on condition that nobody has written since it was read."""
        key = keys.votes(self.case_id, self.target_id)
        unchanged = (Test("ver", "=", self.ver),) if self.ver else ABSENT_ITEM
        votes = list(_VOTES.dump_python(self.votes, mode="json"))
        texts = {name: getattr(self, name) for name in _TEXTS}
        return Put({"pk": key.pk, "sk": key.sk, "votes": votes, **texts, "ver": self.ver + 1}, when=unchanged)


_TEXTS: Final = ("reset_at", "decision", "reply")


def load(table: Table, case_id: str, target_id: str) -> Votes:
    """Read the votes on a target."""
    item = table.get(keys.votes(case_id, target_id))
    return _from(case_id, item) if item else Votes(case_id, target_id)


def moved_by(table: Table, case_id: str, decision: str) -> list[str]:
    """Return the targets that this decision was the last to move; if there are any, it is being judged again."""
    found = [_from(case_id, item) for item in table.query(f"{keys.VOTES}#{case_id}", prefix="T#")]
    return [one.target_id for one in found if one.decision == decision]


def _from(case_id: str, item: Item) -> Votes:
    texts = {name: str(item.get(name, "")) for name in _TEXTS}
    target_id = str(item["sk"]).removeprefix("T#")
    return Votes(case_id, target_id, _VOTES.validate_python(item["votes"]), ver=int(item["ver"]), **texts)
