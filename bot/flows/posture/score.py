"""Answers to `/cspm score` and `/cspm trend`, from counters in a constant number of reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.case import Case
from bot.domain.errors import BadInput
from bot.domain.finding import Severity
from bot.domain.ports import Table
from bot.domain.score import Counts, Model, Part, Score, gain
from bot.domain.states import State
from bot.flows.cases.open_cases import due_cases, waiting
from bot.flows.posture.query import PostureQuery, day, parse, posture_of
from bot.remediations.catalogue import catalogue
from bot.slack.cards.card import Message
from bot.slack.pages.posture import MAX_FIXES, Fix, ScoreView, score_message, trend_message
from bot.store import posture, reconciliation
from bot.world import World

TREND_DAYS: Final = 30
MAX_TREND_DAYS: Final = 90
TREND_USAGE: Final = (
    f"a number of days (2 to {MAX_TREND_DAYS}), an account, a Region, severities, controls such as S3.8, and a model; "
    "for example /cspm trend 30 111122223333"
)


def answer_score(words: Sequence[str], world: World) -> Message:
    """The answer to `/cspm score …`. Raises BadInput for unknown words."""
    query = parse(words)
    result = posture_of(query, world)
    pending = [case for case in waiting(due_cases(world)) if _concerns(case, query)]
    view = ScoreView(
        about=describe(query, world.table),
        score=result.now,
        rows=result.rows,
        changes={days: result.change(days) for days in (1, 7, 30)},
        fixes=fixes(result.rows, result.now, pending),
        waiting=sum(case.count(State.PROPOSED) for case in pending),
        waiting_since=min((case.created for case in pending), default=""),
        note=reconciliation.progress(world.table),
        threats={one: n for one, n in result.threats.items() if not query.severities or one in query.severities},
    )
    return score_message(view)


def _concerns(case: Case, query: PostureQuery) -> bool:
    """Match by account and severity only; the Regions and controls of targets would take a read for each case."""
    here = not query.account or case.account == query.account
    return here and (not query.severities or case.severity in query.severities)


def describe(query: PostureQuery, table: Table) -> str:
    """Describe the query."""
    parts = [
        posture.account_called(table, query.account) if query.account else "",
        query.region,
        ", ".join(query.controls),
        ", ".join(one.value for one in query.severities),
    ]
    return " · ".join(part for part in parts if part) or "all accounts"


def fixes(rows: Sequence[Counts], now: Score, pending: Sequence[Case], most: int = MAX_FIXES) -> list[Fix]:
    """Return the fixes with the largest gain, each over all of its controls, with the worst pending case."""
    groups: defaultdict[str, list[Part]] = defaultdict(list)
    for part in now.parts:
        if part.counts.failed:
            groups[_subject(part.counts.control)].append(part)
    made = [_fix(subject, parts, rows, now.model, pending) for subject, parts in groups.items()]
    return sorted(made, key=lambda fix: (-fix.gain, fix.severity.rank, fix.title))[:most]


def _subject(control: str) -> str:
    recipe = catalogue().fix_for(control)
    return recipe.id if recipe else control


def _fix(subject: str, parts: Sequence[Part], rows: Sequence[Counts], model: Model, pending: Iterable[Case]) -> Fix:
    controls = tuple(sorted(part.counts.control for part in parts))
    case = next((case for case in pending if case.subject == subject and case.ts), None)
    return Fix(
        title=_title(subject, case),
        controls=controls,
        failing=sum(part.counts.failed for part in parts),
        gain=parts[0].gain if len(parts) == 1 else gain(rows, controls, model),
        severity=Severity.worst(tuple(part.counts.severity for part in parts)),
        case_id=case.id if case else "",
        decidable=case.count(State.PROPOSED) if case else 0,
    )


def _title(subject: str, case: Case | None) -> str:
    recipe, guidance = catalogue().by_id.get(subject), catalogue().guidance_for(subject)
    if recipe:
        return recipe.title
    return guidance.title if guidance else case.title if case else "no fix in the catalogue"


def answer_trend(words: Sequence[str], world: World) -> Message:
    """The answer to `/cspm trend [days] …` as text. Raises BadInput."""
    query, days = parse_trend(words)
    return trend_message(f"Score of {describe(query, world.table)}", trend(query, days, world))


def parse_trend(words: Sequence[str]) -> tuple[PostureQuery, int]:
    """Parse the arguments of `/cspm trend` to a query and a number of days. Raises BadInput."""
    numbers = [word for word in words if word.isdecimal() and len(word) < len("111122223333")]
    days = int(numbers[0]) if numbers else TREND_DAYS
    if not 2 <= days <= MAX_TREND_DAYS or len(numbers) > 1:  # noqa: PLR2004 - one day is no trend
        raise BadInput(f"say one number of days, from 2 to {MAX_TREND_DAYS}, for example /cspm trend 30")
    return parse([word for word in words if word not in numbers], TREND_USAGE), days


def trend(query: PostureQuery, days: int, world: World) -> list[tuple[str, float | None]]:
    """Return each day's score, oldest first, ending with now as today's; None without a snapshot. Two reads."""
    now = world.clock.now()
    dates = [day(now, back) for back in range(days, 0, -1)]
    known = posture.snapshots(world.table, query.scope, dates)
    past = [(date, query.points(known[date]) if date in known else None) for date in dates]
    rows: list[Counts] = posture.counts(world.table, query.account, query.region)
    return [*past, (day(now), query.points(rows))]
