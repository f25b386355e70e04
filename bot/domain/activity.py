"""Facts of a day, counted from the audit record; days add up to weeks and months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from bot.domain.history import HistoryEvent
from bot.domain.states import State

Entry = Mapping[str, Any]
"""A stored audit entry."""


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
        return Facts(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    @property
    def success_rate(self) -> float | None:
        """The share of the fixes that ended which was proved; None if none ended."""
        ended = self.fixed + self.failed
        return self.fixed / ended if ended else None

    @property
    def mean_to_decide(self) -> float | None:
        """The mean seconds from the proposal to the decision."""
        return self.decide_seconds / self.decided if self.decided else None

    @property
    def mean_to_fix(self) -> float | None:
        """The mean seconds from the proposal to the proof."""
        return self.fix_seconds / self.fixed if self.fixed else None

    @property
    def quiet(self) -> bool:
        """True if nothing happened that is worth reporting."""
        return not any(asdict(self).values())

    def stored(self) -> dict[str, int]:
        """Return the facts that are not 0, for the snapshot."""
        return {name: number for name, number in asdict(self).items() if number}

    @classmethod
    def of(cls, stored: Mapping[str, int]) -> Facts:
        """Return facts from a snapshot; names of another version are left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: int(number) for name, number in stored.items() if name in known})


_ASKED: Final = frozenset({State.PROPOSED, State.GUIDANCE})
_AT_WORK: Final = frozenset({State.APPLYING, State.VERIFYING})
_BY_THE_BOT: Final = frozenset({State.FIXED, State.UNDONE, State.VERIFYING})
_ANY: Final = None

_COUNTED: Final[Sequence[tuple[frozenset[str] | None, State, Facts]]] = (
    # from, to, counts as
    (frozenset({""}), State.NEW, Facts(new=1)),
    (frozenset({State.FIXED}), State.NEW, Facts(came_back=1)),
    (_ANY, State.NEW, Facts(reopened=1)),
    (_ASKED, State.APPROVED, Facts(approved=1, decided=1)),
    (_ASKED, State.DENIED, Facts(denied=1, decided=1)),
    (_AT_WORK, State.FAILED, Facts(failed=1)),
    (_ANY, State.LAPSED, Facts(lapsed=1)),
    (_ANY, State.UNDONE, Facts(undone=1)),
    (_BY_THE_BOT, State.RESOLVED, Facts()),
    (_ANY, State.RESOLVED, Facts(resolved_elsewhere=1)),
)
"""The facts that a move counts as, by the states before and after. The first matching row counts."""


def tally(entries: Iterable[Entry], waited: Callable[[Entry], int]) -> Facts:
    """Count these entries. `waited` returns for how many seconds people had been asked about the entry's target."""
    total = Facts()
    for entry in entries:
        total += _one(entry, waited)
    return total


def _one(entry: Entry, waited: Callable[[Entry], int]) -> Facts:
    match entry.get("what", ""):
        case HistoryEvent.FIX_PROVED:
            return Facts(fixed=1, fix_seconds=waited(entry))
        case HistoryEvent.UNREADABLE:
            return Facts(unreadable=1)
        case HistoryEvent.KNOWN_BY_NAME:
            return Facts()
    if not entry.get("target"):
        return Facts()
    counted = _step(entry.get("before", ""), entry.get("after", ""))
    return counted + Facts(decide_seconds=waited(entry)) if counted.decided else counted


def _step(before: str, after: str) -> Facts:
    if before == after:
        return Facts()
    matching = (facts for origins, end, facts in _COUNTED if after == end and (origins is _ANY or before in origins))
    return next(matching, Facts())
