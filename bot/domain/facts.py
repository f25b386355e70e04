"""What happened on a day, counted from the audit record; days add up to weeks and months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.domain.states import State

Entry = Mapping[str, Any]
"""An audit entry as it is stored."""


@dataclass(frozen=True)
class Facts:
    """Numbers of targets; seconds are sums, to be divided by `decided` and `fixed`."""

    new: int = 0
    fixed: int = 0
    failed: int = 0
    reopened: int = 0
    came_back: int = 0
    resolved_elsewhere: int = 0
    approved: int = 0
    denied: int = 0
    lapsed: int = 0
    undone: int = 0
    unreadable: int = 0
    decided: int = 0
    decide_seconds: int = 0
    fix_seconds: int = 0

    def __add__(self, other: Facts) -> Facts:
        """Both together."""
        return Facts(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    @property
    def success_rate(self) -> float | None:
        """Of the fixes that ended, the share that was proved; None when none ended."""
        ended = self.fixed + self.failed
        return self.fixed / ended if ended else None

    @property
    def mean_to_decide(self) -> float | None:
        """Seconds from the question to the decision."""
        return self.decide_seconds / self.decided if self.decided else None

    @property
    def mean_to_fix(self) -> float | None:
        """Seconds from the question to the proof."""
        return self.fix_seconds / self.fixed if self.fixed else None

    @property
    def quiet(self) -> bool:
        """Whether nothing happened that anybody would want to read of."""
        return not any(asdict(self).values())

    def stored(self) -> dict[str, int]:
        """For the snapshot: what is not 0."""
        return {name: number for name, number in asdict(self).items() if number}

    @classmethod
    def of(cls, stored: Mapping[str, int]) -> Facts:
        """The inverse of `stored`; names of another version are left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: int(number) for name, number in stored.items() if name in known})


def tally(entries: Iterable[Entry], waited: Callable[[Entry], int]) -> Facts:
    """What these entries come to. `waited` tells how many seconds the entry's target had been asked about."""
    total = Facts()
    for entry in entries:
        total += _one(entry, waited)
    return total


def _one(entry: Entry, waited: Callable[[Entry], int]) -> Facts:
    before, after, what = entry.get("before", ""), entry.get("after", ""), entry.get("what", "")
    if what == "fix proved":
        return Facts(fixed=1, fix_seconds=waited(entry))
    if what == "settings unreadable":
        return Facts(unreadable=1)
    if before == after or not entry.get("target"):
        return Facts()
    match before, after:
        case _, State.NEW:
            return _opened(before)
        case ((State.PROPOSED | State.GUIDANCE), (State.APPROVED | State.DENIED)):
            decided = Facts(decided=1, decide_seconds=waited(entry))
            return decided + (Facts(approved=1) if after == State.APPROVED else Facts(denied=1))
        case ((State.APPLYING | State.VERIFYING), State.FAILED):
            return Facts(failed=1)
        case _:
            return _ended(before, after)


def _opened(before: str) -> Facts:
    """New, or back: after a fix of the bot's that did not hold, or after it had gone away otherwise."""
    match before:
        case "":
            return Facts(new=1)
        case State.FIXED:
            return Facts(came_back=1)
        case _:
            return Facts(reopened=1)


def _ended(before: str, after: str) -> Facts:
    match after:
        case State.LAPSED:
            return Facts(lapsed=1)
        case State.UNDONE:
            return Facts(undone=1)
        case State.RESOLVED if before not in (State.FIXED, State.UNDONE, State.VERIFYING):
            return Facts(resolved_elsewhere=1)
        case _:
            return Facts()
