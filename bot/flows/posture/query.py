"""Current and earlier posture for one query: everything, an account, a Region, severities, controls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from bot.data.controls import controls
from bot.domain.errors import BadInput
from bot.domain.finding import Severity
from bot.domain.posture import scope_of
from bot.domain.score import Counts, Model, Score, points, score
from bot.store import keys, posture
from bot.world import World

DAYS_BACK: Final = (1, 7, 30)
USAGE: Final = (
    "an account, a Region, severities, controls such as S3.8, and one of model:weighted, model:security-hub, "
    "model:penalty; for example /cspm score 111122223333 critical"
)

_ACCOUNT: Final = re.compile(r"\d{12}")
_REGION: Final = re.compile(r"[a-z]{2,3}(-[a-z]+)+-\d{1,2}|global")
_CONTROL: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*\.([0-9]+|\*)")


@dataclass(frozen=True)
class PostureQuery:
    """A parsed query; what is left out is not restricted."""

    account: str = ""
    region: str = ""
    severities: tuple[Severity, ...] = ()
    controls: tuple[str, ...] = ()
    model: Model = Model.WEIGHTED

    @property
    def scope(self) -> str:
        """The scope whose counters and snapshots answer the query."""
        return scope_of(self.account, self.region)

    def select(self, rows: Iterable[Counts]) -> list[Counts]:
        """Return the rows that match the query."""
        return [row for row in rows if self._severe(row) and self._named(row)]

    def points(self, rows: Iterable[Counts]) -> float | None:
        """Return the score of the matching rows."""
        return points(self.select(rows), self.model)

    def _severe(self, row: Counts) -> bool:
        return not self.severities or row.severity in self.severities

    def _named(self, row: Counts) -> bool:
        return not self.controls or any(fnmatchcase(row.control, one) for one in self.controls)


def parse(words: Sequence[str], usage: str = USAGE) -> PostureQuery:
    """Parse the arguments of `/cspm score`. Raises BadInput with `usage`."""
    found: dict[str, list[str]] = {"account": [], "region": [], "severity": [], "control": [], "model": []}
    for word in words:
        kind, value = _kind(word, usage)
        found[kind].append(value)
    for kind in ("account", "region", "model"):
        if len(found[kind]) > 1:
            raise BadInput(f"one {kind} at a time, please: {' and '.join(found[kind])}")
    return PostureQuery(
        account="".join(found["account"]),
        region="".join(found["region"]),
        severities=tuple(Severity(name) for name in dict.fromkeys(found["severity"])),
        controls=tuple(dict.fromkeys(found["control"])),
        model=Model("".join(found["model"]) or Model.WEIGHTED),
    )


def _kind(word: str, usage: str) -> tuple[str, str]:
    if _ACCOUNT.fullmatch(word):
        return "account", word
    if word.upper() in set(Severity):
        return "severity", word.upper()
    if word.lower().startswith("model:"):
        return "model", _model(word[len("model:") :].lower())
    if _REGION.fullmatch(word.lower()):
        return "region", word.lower()
    if _CONTROL.fullmatch(word) or controls().get(word):
        return "control", _spelled(word)
    raise BadInput(f"I do not know “{word}”: say {usage}")


def _model(name: str) -> str:
    names = [model.value for model in Model]
    if name in names:
        return name
    near = get_close_matches(name, names, 1)
    choices = ", ".join(f"model:{name}" for name in ([*near] or names))
    raise BadInput(f"there is no model “{name}”: say {choices}")


def _spelled(word: str) -> str:
    """Return the control id as the catalogue spells it; for `s3.*`, the service as in its first control."""
    if not word.endswith(".*"):
        return controls().canonical_id(word)
    service = word[:-2]
    known = next((one.id for one in controls().all if one.id.lower().startswith(f"{service.lower()}.")), word)
    return f"{known.partition('.')[0]}.*"


@dataclass(frozen=True)
class PostureResult:
    """Result of a query: the score now and on earlier days with a snapshot, and the threats beside it."""

    query: PostureQuery
    rows: tuple[Counts, ...]
    now: Score
    before: dict[int, float | None]
    threats: dict[Severity, int]

    def change(self, days: int) -> float | None:
        """Return the change in points since so many days ago, None if either score is unknown."""
        then = self.before.get(days)
        if then is None or self.now.score is None:
            return None
        return round(self.now.score - then, 1)


def posture_of(query: PostureQuery, world: World, days_back: Sequence[int] = DAYS_BACK) -> PostureResult:
    """Answer a query in three reads, whatever is stored: counters, threats, snapshots."""
    rows = tuple(query.select(posture.counts(world.table, query.account, query.region)))
    dates = {day(world.clock.now(), back): back for back in days_back}
    known = posture.snapshots(world.table, query.scope, list(dates))
    return PostureResult(
        query,
        rows,
        score(rows, query.model),
        {dates[date]: query.points(then) for date, then in known.items()},
        posture.threats(world.table, query.account, query.region),
    )


def day(now: datetime, back: int = 0) -> str:
    """Return the UTC date so many days ago; a day's snapshot is its state late in the evening."""
    return keys.stamp(now - timedelta(days=back))[:10]
