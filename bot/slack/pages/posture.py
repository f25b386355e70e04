"""Score, trend and most valuable fixes as messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.domain.finding import Severity
from bot.domain.score import Counts, Model, Score
from bot.slack.cards.card import AMBER, GREEN, GREY, RED, Message
from bot.slack.cards.view import SEVERITY_EMOJI
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.text.blocks import (
    Block,
    button,
    code,
    context,
    counted,
    divider,
    escape,
    join_parts,
    local_date,
    mrkdwn,
    section,
)

SPARKS: Final = "▁▂▃▄▅▆▇█"
MAX_FIXES: Final = 5
_NAMED: Final = 6
_SPAN: Final = {1: "since yesterday", 7: "in 7 days", 30: "in 30 days"}
_COLOURS: Final = {"A": GREEN, "B": GREEN, "C": AMBER, "D": AMBER, "E": RED}
_NO_SCORE: Final = "There is no score: nothing of this has been seen yet."


@dataclass(frozen=True)
class Fix:
    """One fix (or a control without one): its gain in points, and the case in which it can be decided ('' for none)."""

    title: str
    controls: tuple[str, ...]
    failing: int
    gain: float
    severity: Severity
    case_id: str = ""
    decidable: int = 0


@dataclass(frozen=True)
class ScoreView:
    """Everything that the answer to `/cspm score` shows. `changes` maps days back to points; None is unknown."""

    about: str
    score: Score
    rows: Sequence[Counts]
    changes: Mapping[int, float | None]
    fixes: Sequence[Fix] = ()
    waiting: int = 0
    waiting_since: str = ""
    threats: Mapping[Severity, int] = field(default_factory=dict)
    note: str = ""


def score_message(view: ScoreView) -> Message:
    """The answer to `/cspm score`."""
    blocks = [section("\n".join(_head(view)))]
    severities = _severity_lines(view.rows)
    if severities:
        blocks += [section("\n".join(severities))]
    if view.fixes:
        blocks += [divider(), section("*What gains most*"), *map(fix_block, view.fixes[:MAX_FIXES])]
    blocks += [context(line) for line in _footer_lines(view)]
    return Message(headline(view.score), _COLOURS.get(view.score.grade, GREY), tuple(blocks))


def score_text(score: Score) -> str:
    """Format as `82.4 · grade C`, or `no score`."""
    return "no score" if score.score is None else f"{score.score:g} · grade {score.grade}"


def headline(score: Score) -> str:
    if score.score is None:
        return f"*{_NO_SCORE}*"
    strict = f"  ·  {score.strict:g} without exemptions" if score.strict not in (None, score.score) else ""
    return f"*{score.score:g}*  ·  grade *{score.grade}*{strict}"


def _head(view: ScoreView) -> list[str]:
    score = view.score
    lines = [f"{escape(view.about, 300)} · {_model(score.model)}"]
    if score.score is None:
        return lines
    if score.capped_by:
        lines.append(f"🔴 No better than {score.grade} while CRITICAL is open: {control_list(score.capped_by)}.")
    return [*lines, changes_line(view.changes)]


def _model(model: Model) -> str:
    words = {
        Model.WEIGHTED: "weighted by severity",
        Model.SECURITY_HUB: "Security Hub's own formula",
        Model.PENALTY: "points lost for each open finding",
    }
    return words[model]


def changes_line(changes: Mapping[int, float | None]) -> str:
    """Format as `▲ 1.2 since yesterday · unchanged in 7 days`; unrecorded days are left out."""
    known = {days: change for days, change in changes.items() if change is not None}
    text = join_parts(f"{arrow(change)} {_SPAN.get(days, f'in {days} days')}" for days, change in known.items())
    return text or "Nothing to compare with yet: a day is recorded each night."


def arrow(change: float) -> str:
    """Format a change of the score with its direction, readable without colour."""
    if not change:
        return "unchanged"
    return f"▲ {change:g}" if change > 0 else f"▼ {-change:g}"


def control_list(controls: Sequence[str]) -> str:
    """Return the first few controls, and the number of the others."""
    shown = ", ".join(escape(one, 80) for one in controls[:_NAMED])
    return f"{shown} and {len(controls) - _NAMED} more" if len(controls) > _NAMED else shown


def _severity_lines(rows: Sequence[Counts]) -> list[str]:
    return [line for severity in Severity if (line := _severity_line(severity, rows))]


def _severity_line(severity: Severity, rows: Sequence[Counts]) -> str:
    mine = [row for row in rows if row.severity is severity]
    failed, judged = sum(row.failed for row in mine), sum(row.passed + row.failed + row.unknown for row in mine)
    if not judged:
        return ""
    controls = sum(bool(row.failed) for row in mine)
    where = f" · {controls} of {len(mine)} controls fail" if controls else " · every control passes"
    return f"{SEVERITY_EMOJI[severity]} {severity.value.title()}  {failed:,} of {judged:,} fail{where}"


def fix_block(fix: Fix) -> Block:
    """Render one fix, with a Review button if a case is open."""
    title = escape(fix.title, 150)
    names = control_list(fix.controls)
    gain = f"+{fix.gain:g}" if fix.gain else "under +0.01"
    text = f"*{gain}*  {SEVERITY_EMOJI[fix.severity]} {title} · {names} · {fix.failing:,} failing"
    if not fix.case_id:
        return section(text)
    label = "Review…" if fix.decidable < 2 else f"Review {fix.decidable}…"  # noqa: PLR2004 - one needs no number
    review = button(label, ActionId.REVIEW_CASE, ButtonValue(fix.case_id).text)
    return {"type": "section", "text": mrkdwn(text), "accessory": review}


def _footer_lines(view: ScoreView) -> list[str]:
    totals = view.score.totals
    parts = [
        waiting_text(view.waiting, view.waiting_since),
        f"{totals.get('exempted', 0):,} exempted" if totals.get("exempted") else "",
        f"{totals.get('unknown', 0):,} unknown: they count as what they were" if totals.get("unknown") else "",
    ]
    first = join_parts(parts)
    return [line for line in (first, threats_text(view.threats), escape(view.note)) if line]


def waiting_text(number: int, since: str) -> str:
    """Say how many decisions are pending, and since when."""
    if not number:
        return "No decision waits"
    oldest = f", the oldest since {local_date(since)}" if since else ""
    return f"{counted(number, 'decision waits', 'decisions wait')}{oldest}"


def threats_text(threats: Mapping[Severity, int]) -> str:
    """Count the open findings that belong to no control, which the score leaves out."""
    if not threats:
        return ""
    counted = ", ".join(f"{number:,} {severity.value.lower()}" for severity, number in threats.items())
    return f"Beside the score, findings without a control: {counted}"


def sparkline(values: Sequence[float | None]) -> str:
    """Draw a trend as one line of text, with spaces for unknown days; '' with fewer than two known days."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - two points make a line
        return ""
    least, most = min(known), max(known)
    step = (most - least) / (len(SPARKS) - 1) or 1.0
    shown = values[next(index for index, value in enumerate(values) if value is not None) :]
    return "".join(" " if value is None else SPARKS[round((value - least) / step)] for value in shown)


def trend_message(about: str, values: Sequence[tuple[str, float | None]]) -> Message:
    """Summarise a trend, with a sparkline. `values` are (date, score), oldest first."""
    text = trend_text(values)
    line = sparkline([value for _, value in values])
    return Message(f"*{escape(about, 300)}* · {text}", GREY, (section(code(line, 400)),) if line else ())


def trend_text(values: Sequence[tuple[str, float | None]]) -> str:
    """Describe the trend chart; also its alt text."""
    known = [(date, value) for date, value in values if value is not None]
    if not known:
        return "No day of this has been recorded yet: the first snapshot is taken tonight."
    (first, start), (last, end) = known[0], known[-1]
    least, most = min(known, key=lambda one: one[1]), max(known, key=lambda one: one[1])
    if len(known) == 1:
        return f"{end:g} on {last}, the only day recorded so far."
    if least[1] == most[1]:
        return f"{end:g} on each of the {len(known)} days recorded, from {first} to {last}."
    return (
        f"{start:g} on {first}, {end:g} on {last} ({arrow(round(end - start, 1))}); "
        f"lowest {least[1]:g} on {least[0]}, highest {most[1]:g} on {most[0]}; "
        f"{len(known)} of {len(values)} days recorded."
    )
