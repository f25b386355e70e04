"""A case and its history as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.case import Case
from bot.domain.history import HistoryLine
from bot.domain.target import CaseTarget
from bot.slack.cards.view import SEVERITY_EMOJI, account_text, mention_of, target_names
from bot.slack.text.blocks import code, escape, join_parts, link, local_time

_MOST: Final = 20


def case_history_text(case: Case, targets: Sequence[CaseTarget], lines: Sequence[HistoryLine], permalink: str) -> str:
    """Describe the case, link to its card, and list its history, newest first."""
    card = link(permalink, "its card") or "no card now"
    by_tid = {target.target_id: target for target in targets}
    entries = [f"• {history_line(line, by_tid)}" for line in lines[:_MOST]]
    more = ["and more before that; the audit record has all of it"] if len(lines) > _MOST else []
    where = account_text(case.account, case.account_name)
    head = f"{SEVERITY_EMOJI[case.severity]} *{escape(case.title, 150)}* · {where} · {card}"
    counts = join_parts(f"{number} {state.replace('_', ' ')}" for state, number in sorted(case.counts.items()))
    return "\n".join([head, f"case `{case.id}` · {counts}", *entries, *more])


def history_line(line: HistoryLine, targets: Mapping[str, CaseTarget]) -> str:
    """Format one entry: time, event, person, target, states, reason and API calls."""
    about = target_names([targets[line.target]]) if line.target in targets and len(targets) > 1 else ""
    by = "" if line.who == "cspm-bot" else f"by {mention_of(line.who)}"
    reason = f"“{escape(line.reason, 150)}”" if line.reason else ""
    change = f"change {code(line.reference, 80)}" if line.reference else ""
    calls = f"calls: {escape(', '.join(line.calls[:5]), 200)}" if line.calls else ""
    parts = [local_time(line.at), escape(line.what, 60), by, about, _state_change(line), reason, change, calls]
    return join_parts(parts)


def _state_change(line: HistoryLine) -> str:
    before = line.before or "new"
    return "" if line.after in {"", before} else f"{before} → {line.after}".replace("_", " ")
