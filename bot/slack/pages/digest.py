"""The daily digest message: activity, score, pending decisions, remediation statistics. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.activity import Facts
from bot.domain.case import Case
from bot.domain.exemption import Exemption
from bot.domain.finding import Severity
from bot.domain.score import Score
from bot.domain.states import State
from bot.slack.cards.card import AMBER, GREEN, GREY, RED, Message
from bot.slack.cards.view import SEVERITY_EMOJI, account_text
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.pages.posture import (
    Fix,
    arrow,
    changes_line,
    control_list,
    fix_block,
    score_text,
    sparkline,
    threats_text,
)
from bot.slack.text.blocks import Block, button, code, context, counted, escape, join_parts, local_date, mrkdwn, section
from bot.slack.text.exemptions import exemption_line

MAX_ACCOUNTS: Final = 3
MAX_WAITING: Final = 3
MAX_FIXES: Final = 3
MAX_ENDINGS: Final = 4

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True)
class WorstAccount:
    """An account and its open findings by severity."""

    account: str
    failed: Mapping[Severity, int]
    name: str = ""


@dataclass(frozen=True)
class DigestView:
    """Everything that a digest shows. `day` covers the last 24 hours, `month` the last thirty days."""

    about: str
    limits: str
    now: datetime
    score: Score
    changes: Mapping[int, float | None]
    trend: Sequence[float | None] = ()
    open_before: int | None = None
    day: Facts = field(default_factory=Facts)
    month: Facts = field(default_factory=Facts)
    accounts: Sequence[WorstAccount] = ()
    fixes: Sequence[Fix] = ()
    waiting: Sequence[Case] = ()
    threats: Mapping[Severity, int] = field(default_factory=dict)
    below: int = 0
    min_severity: Severity = Severity.HIGH
    older: int = 0
    cards_from: str = ""
    observed: int = 0
    endings: Sequence[Exemption] = ()
    put_off: int = 0
    flapping: int = 0
    unplanned: int = 0
    notes: Sequence[str] = ()

    @property
    def quiet(self) -> bool:
        """True if one line is enough: no activity, no change, nothing pending, no failure."""
        still = not self.changes.get(1) and not self._opened()
        return (
            self.day.quiet
            and still
            and not (self.waiting or self.put_off or self.unplanned or self.endings or self.notes)
        )

    def _opened(self) -> int:
        """Findings opened since yesterday; on the first day all open findings."""
        return self.score.totals.get("failed", 0) - (self.open_before or 0)


def digest_message(view: DigestView) -> Message:
    """Render the digest; a quiet day takes one line."""
    change = view.changes.get(1)
    moved = "the first day" if change is None else f"{arrow(change)} since yesterday"
    head = f"{score_text(view.score)} · {moved}"
    if view.quiet:
        return Message(f"A quiet day · {escape(view.about, 200)}: {head}. Nothing waits.")
    blocks = [
        *map(section, filter(None, ("\n".join(_score_lines(view)), "\n".join(_activity_lines(view))))),
        *_worst_accounts(view),
        *([section("*What gains most*"), *map(fix_block, view.fixes[:MAX_FIXES])] if view.fixes else []),
        *_waiting(view),
        *_endings(view),
        *(
            context(line)
            for line in (_remediation_stats(view), _no_card(view), _problems_line(view), threats_text(view.threats))
            if line
        ),
        *(context(escape(note, 400)) for note in view.notes[:3]),
        *([context(f"Covers {escape(view.about, 200)}, {view.limits}")] if view.limits else []),
    ]
    return Message(f"*Daily digest* · {escape(view.about, 200)} · {head}", _color(view), tuple(blocks))


def _color(view: DigestView) -> str:
    change = view.changes.get(1)
    if view.day.came_back or view.day.failed or (change or 0) < 0:
        return RED
    return AMBER if view.waiting else GREEN if change else GREY


def _score_lines(view: DigestView) -> list[str]:
    line = sparkline(view.trend)
    lines = [code(line, 400)] if line else []
    earlier = {days: change for days, change in view.changes.items() if days != 1 and change is not None}
    lines += [changes_line(earlier)] if earlier else []
    if view.score.capped_by:
        lines.append(
            f"🔴 No better than {view.score.grade} while CRITICAL is open: {control_list(view.score.capped_by)}."
        )
    return lines


def _activity_lines(view: DigestView) -> list[str]:
    """List the activity that is not 0, the open findings and their change."""
    facts = view.day
    activity = (
        (facts.new, "new"),
        (facts.fixed, "fixed and proved"),
        (facts.resolved_elsewhere, "gone without the bot"),
        (facts.reopened, "reopened"),
        (facts.came_back, "came back after a fix"),
        (facts.denied, "denied"),
        (facts.lapsed, "lapsed unanswered"),
        (facts.undone, "undone"),
    )
    parts = join_parts(f"*{number}* {name}" for number, name in activity if number)
    failed = view.score.totals.get("failed", 0)
    moved = "" if view.open_before is None else f" ({_difference(failed - view.open_before)})"
    return [
        f"*Since yesterday*  {parts or 'no card moved'}",
        f"{counted(failed, 'finding is', 'findings are')} open{moved}",
    ]


def _difference(number: int) -> str:
    return f"{number:+,} since yesterday".replace("-", "−") if number else "as many as yesterday"


def _worst_accounts(view: DigestView) -> list[Block]:
    worst = [one for one in view.accounts[:MAX_ACCOUNTS] if one.failed]
    lines = [f"{account_text(one.account, one.name)}  {_severities(one.failed)}" for one in worst]
    return [section("\n".join(["*Worst accounts*", *lines]))] if lines else []


def _severities(failed: Mapping[Severity, int]) -> str:
    return "  ".join(f"{SEVERITY_EMOJI[one]} {failed[one]:,}" for one in Severity if failed.get(one))


def _waiting(view: DigestView) -> list[Block]:
    """Render the decisions that have waited longest."""
    if not view.waiting:
        return []
    number = sum(case.count(State.PROPOSED) for case in view.waiting)
    oldest = sorted(view.waiting, key=lambda case: case.created)[:MAX_WAITING]
    head = f"*{counted(number, 'decision waits', 'decisions wait')}*"
    return [section(head), *(case_block(case, case.count(State.PROPOSED), view.now) for case in oldest)]


def case_block(case: Case, number: int, now: datetime) -> Block:
    """Render a case with `number` pending questions."""
    age = (now - datetime.fromisoformat(case.created)).total_seconds()
    times = f" × {number:,}" if number > 1 else ""
    emoji, where = SEVERITY_EMOJI[case.severity], account_text(case.account, case.account_name)
    text = f"{emoji} {escape(case.title, 150)}{times} · {where} · for {duration(age)}"
    block = {"type": "section", "text": mrkdwn(text)}
    if not case.ts:
        return block
    return block | {"accessory": button("Review…", ActionId.REVIEW_CASE, ButtonValue(case.id).text)}


def _endings(view: DigestView) -> list[Block]:
    if not view.endings:
        return []
    lines = [exemption_line(one, view.now) for one in view.endings[:MAX_ENDINGS]]
    more = len(view.endings) - MAX_ENDINGS
    return [section("\n".join(["*Exemptions*", *lines, *([f"and {more} more"] if more > 0 else [])]))]


def duration(seconds: float) -> str:
    """Format seconds as `5 min`, `3 h 20 min` or `2 d 4 h`."""
    whole = round(seconds)
    if whole < _HOUR:
        return f"{max(1, whole // _MINUTE)} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def _remediation_stats(view: DigestView) -> str:
    """Summarise the remediations of the last thirty days."""
    month = view.month
    parts = [
        f"{month.fixed} of {month.fixed + month.failed} fixes proved ({_percent(month.success_rate)})"
        if month.success_rate is not None
        else "",
        f"decided after {duration(month.mean_to_decide)}" if month.mean_to_decide is not None else "",
        f"fixed after {duration(month.mean_to_fix)} on average" if month.mean_to_fix is not None else "",
    ]
    text = ", ".join(part for part in parts if part)
    return f"In 30 days: {text}" if text else ""


def _percent(rate: float | None) -> str:
    """Rounded down, so that 100% means all."""
    return "" if rate is None else f"{int(rate * 100)} %"


def _no_card(view: DigestView) -> str:
    put_off = counted(view.put_off, "card waits", "cards wait")
    activity = [
        (view.below, f"{counted(view.below, 'finding')} below {view.min_severity.value}"),
        (view.older, f"{counted(view.older, 'finding')} older than {local_date(view.cards_from) or 'the cards'}"),
        (view.observed, f"{counted(view.observed, 'finding')} in accounts at stage observe"),
        (view.put_off, f"{put_off} for tomorrow: the channel has had its number for today"),
        (view.flapping, f"{view.flapping:,} come and go and are told here only"),
    ]
    text = join_parts(words for number, words in activity if number)
    return f"No card: {text}" if text else ""


def _problems_line(view: DigestView) -> str:
    unplanned, failed, unreadable = view.unplanned, view.day.failed, view.day.unreadable
    activity = [
        (unplanned, f"{counted(unplanned, 'resource has', 'resources have')} no plan: the card says why"),
        (failed, f"{counted(failed, 'fix', 'fixes')} failed"),
        (unreadable, f"settings could not be read {unreadable:,} times"),
    ]
    text = join_parts(words for number, words in activity if number)
    return f"What the bot could not do: {text}" if text else ""
