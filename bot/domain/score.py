"""The score, in three models, from the counts by control; exact in fractions, rounded down at the end.

`weighted` (default): every control weighs by its own severity and counts by its share of passing resources, so that
neither many resources nor many low controls hide a high one. `security-hub`: AWS's own formula (Security Hub User
Guide, "Calculating security scores"). `penalty`: the founding document's, good for one small account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from bot.domain.finding import Severity

WEIGHTS: Final = {
    Severity.CRITICAL: 10,
    Severity.HIGH: 6,
    Severity.MEDIUM: 3,
    Severity.LOW: 1,
    Severity.INFORMATIONAL: 0,
}
GRADES: Final = ((90, "A"), (80, "B"), (70, "C"), (60, "D"))
CAPPED_GRADE: Final = "C"
"""The best grade while a CRITICAL finding is open. The number is not capped, since it would hide every gain."""

_CRITICAL_COST: Final = 5
_OPEN_COST: Final = 1


class Model(StrEnum):
    """The model by which the counts become a number."""

    WEIGHTED = "weighted"
    SECURITY_HUB = "security-hub"
    PENALTY = "penalty"


@dataclass(frozen=True)
class Counts:
    """The resources of one control by status; `held_…` are failed ones without a card, by reason."""

    control: str
    severity: Severity
    passed: int = 0
    failed: int = 0
    exempted: int = 0
    unknown_was_passed: int = 0
    unknown_was_failed: int = 0
    held_observe: int = 0
    held_below: int = 0
    held_older: int = 0

    def __add__(self, other: Counts) -> Counts:
        numbers = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)[2:]}
        return Counts(self.control, Severity.worst((self.severity, other.severity)), **numbers)

    @property
    def unknown(self) -> int:
        """The resources whose verdict is not known now."""
        return self.unknown_was_passed + self.unknown_was_failed

    def share(self, *, strict: bool) -> Fraction | None:
        """Return the share that passes, None without data; unknown ones count as before, exempted ones if `strict`."""
        good = self.passed + self.unknown_was_passed
        total = good + self.failed + self.unknown_was_failed + (self.exempted if strict else 0)
        return Fraction(good, total) if total else None

    def fixed(self) -> Counts:
        """Return these counts with every failure fixed."""
        return replace(self, passed=self.passed + self.failed, failed=0)


@dataclass(frozen=True)
class Part:
    """A control's counts, and the points that fixing all of its failures would gain (two decimals)."""

    counts: Counts
    gain: float


@dataclass(frozen=True)
class Score:
    """A score. `score` leaves exempted resources out, `strict` counts them; None without data."""

    model: Model
    score: float | None
    strict: float | None
    grade: str
    capped_by: tuple[str, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


def score(rows: Sequence[Counts], model: Model = Model.WEIGHTED) -> Score:
    """Return the score of these counts, with the parts of the largest gain first."""
    known = [row for row in rows if _has_data(row)]
    headline, strict = _exact(known, model, strict=False), _exact(known, model, strict=True)
    open_now = any(row.failed for row in known)
    critical = tuple(sorted(row.control for row in known if row.failed and row.severity is Severity.CRITICAL))
    shown = _rounded(headline, whole=model is Model.SECURITY_HUB, open_now=open_now)
    return Score(
        model=model,
        score=shown,
        strict=_rounded(strict, whole=model is Model.SECURITY_HUB, open_now=open_now),
        grade=_grade(headline, capped=bool(critical)),
        capped_by=critical if _would_be_better(headline, critical) else (),
        totals=_totals(known),
        parts=tuple(sorted(_parts(known, model), key=_largest_gain)),
    )


def added(several: Iterable[Iterable[Counts]]) -> list[Counts]:
    """Return rows with those of the same control added up, sorted by control."""
    found: dict[str, Counts] = {}
    for rows in several:
        for row in rows:
            found[row.control] = found[row.control] + row if row.control in found else row
    return [found[control] for control in sorted(found)]


def points(rows: Sequence[Counts], model: Model = Model.WEIGHTED) -> float | None:
    """Return `score` alone, without parts, for a trend."""
    known = [row for row in rows if _has_data(row)]
    open_now = any(row.failed for row in known)
    return _rounded(_exact(known, model, strict=False), whole=model is Model.SECURITY_HUB, open_now=open_now)


def gain(rows: Sequence[Counts], controls: Collection[str], model: Model = Model.WEIGHTED) -> float:
    """Return the points that fixing every failure of these controls together would gain, rounded to two decimals."""
    known = [row for row in rows if _has_data(row)]
    now = _exact(known, model, strict=False)
    after = _exact([row.fixed() if row.control in controls else row for row in known], model, strict=False)
    return 0.0 if now is None or after is None else _two_decimals(after - now)


def _has_data(row: Counts) -> bool:
    return row.passed + row.failed + row.exempted + row.unknown > 0


def _exact(rows: Iterable[Counts], model: Model, *, strict: bool) -> Fraction | None:
    match model:
        case Model.WEIGHTED:
            return _weighted(rows, strict=strict)
        case Model.SECURITY_HUB:
            return _security_hub(rows)
        case Model.PENALTY:
            return _penalty(rows)


def _weighted(rows: Iterable[Counts], *, strict: bool) -> Fraction | None:
    weighed = [(WEIGHTS[row.severity], share) for row in rows if (share := row.share(strict=strict)) is not None]
    total = sum(weight for weight, _ in weighed)
    return 100 * sum((weight * share for weight, share in weighed), Fraction(0)) / total if total else None


def _security_hub(rows: Iterable[Counts]) -> Fraction | None:
    """A control passes if no resource failed or is unknown; with exempted resources only it has no data."""
    judged = [row for row in rows if row.passed + row.failed + row.unknown]
    passed = sum(not row.failed and not row.unknown for row in judged)
    return Fraction(100 * passed, len(judged)) if judged else None


def _penalty(rows: Iterable[Counts]) -> Fraction | None:
    known = list(rows)
    if not known:
        return None
    return Fraction(max(0, 100 - _cost(known)))


def _cost(rows: Iterable[Counts]) -> int:
    """A critical finding costs once as critical, and once as an open finding."""
    return sum(row.failed * (_OPEN_COST + _CRITICAL_COST * (row.severity is Severity.CRITICAL)) for row in rows)


def _rounded(exact: Fraction | None, *, whole: bool, open_now: bool) -> float | None:
    """Round down to 0.1 (Security Hub: to the nearest whole percent); 100 only if nothing is open."""
    if exact is None:
        return None
    if whole:
        percent = int(exact + Fraction(1, 2))
        return float(min(percent, 99) if open_now else percent)
    tenths = int(exact * 10)
    return min(tenths, 999) / 10 if open_now else tenths / 10


def _grade(exact: Fraction | None, *, capped: bool) -> str:
    if exact is None:
        return ""
    grade = next((letter for least, letter in GRADES if exact >= least), "E")
    return max(grade, CAPPED_GRADE) if capped else grade


def _would_be_better(exact: Fraction | None, critical: Sequence[str]) -> bool:
    return bool(critical) and _grade(exact, capped=False) < CAPPED_GRADE


def _parts(rows: Sequence[Counts], model: Model) -> Iterable[Part]:
    """Return each control with the gain of fixing all of its failures, in one pass over the controls."""
    gains = {Model.WEIGHTED: _weighted_gains, Model.SECURITY_HUB: _hub_gains, Model.PENALTY: _penalty_gains}
    return (Part(row, _two_decimals(found)) for row, found in zip(rows, gains[model](rows), strict=True))


def _weighted_gains(rows: Sequence[Counts]) -> Iterable[Fraction]:
    """A fix changes the share of its own control only: the weights, and so the denominator, stay."""
    total = sum(WEIGHTS[row.severity] for row in rows if row.share(strict=False) is not None)
    for row in rows:
        judged = row.passed + row.failed + row.unknown
        moved = Fraction(row.failed, judged) if row.failed else Fraction(0)
        yield 100 * WEIGHTS[row.severity] * moved / total if total else Fraction(0)


def _hub_gains(rows: Sequence[Counts]) -> Iterable[Fraction]:
    judged = sum(bool(row.passed + row.failed + row.unknown) for row in rows)
    return (Fraction(100, judged) if row.failed and not row.unknown else Fraction(0) for row in rows)


def _penalty_gains(rows: Sequence[Counts]) -> Iterable[Fraction]:
    """The penalty may exceed a hundred points: then a fix gains less than its cost, or nothing."""
    cost = _cost(rows)
    return (Fraction(max(0, 100 - cost + _cost([row])) - max(0, 100 - cost)) for row in rows)


def _two_decimals(exact: Fraction) -> float:
    return round(float(exact), 2)


def _largest_gain(part: Part) -> tuple[float, int, str]:
    return -part.gain, part.counts.severity.rank, part.counts.control


def _totals(rows: Iterable[Counts]) -> dict[str, int]:
    found = list(rows)
    return {
        "controls": len(found),
        "passed": sum(row.passed for row in found),
        "failed": sum(row.failed for row in found),
        "exempted": sum(row.exempted for row in found),
        "unknown": sum(row.unknown for row in found),
    }
