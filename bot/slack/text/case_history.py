"""A case and what happened to it, for one person who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.case import Case
from bot.domain.history import HistoryLine
from bot.domain.target import CaseTarget
from bot.slack.cards.view import SEVERITY_EMOJI, account_words, names, who
from bot.slack.text.blocks import code, dotted, escape, link, when

_MOST: Final = 20


def case_told(case: Case, targets: Sequence[CaseTarget], lines: Sequence[HistoryLine], permalink: str) -> str:
    """What it is about, where its card is, and its history, newest first."""
    card = link(permalink, "its card") or "no card now"
    by_tid = {target.target_id: target for target in targets}
    told = [f"• {history_line(line, by_tid)}" for line in lines[:_MOST]]
    more = ["and more before that; the audit record has all of it"] if len(lines) > _MOST else []
    where = account_words(case.account, case.account_name)
    head = f"{SEVERITY_EMOJI[case.severity]} *{escape(case.title, 150)}* · {where} · {card}"
    counts = dotted(f"{number} {state.replace('_', ' ')}" for state, number in sorted(case.counts.items()))
    return "\n".join([head, f"case `{case.id}` · {counts}", *told, *more])


def history_line(line: HistoryLine, targets: Mapping[str, CaseTarget]) -> str:
    """One line: when, what, who, of which target, from which state to which, why, with which calls."""
    about = names([targets[line.target]]) if line.target in targets and len(targets) > 1 else ""
    by = "" if line.who == "cspm-bot" else f"by {who(line.who)}"
    reason = f"“{escape(line.reason, 150)}”" if line.reason else ""
    change = f"change {code(line.reference, 80)}" if line.reference else ""
    calls = f"calls: {escape(', '.join(line.calls[:5]), 200)}" if line.calls else ""
    parts = [when(line.at), escape(line.what, 60), by, about, _moved(line), reason, change, calls]
    return dotted(parts)


def _moved(line: HistoryLine) -> str:
    before = line.before or "new"
    return "" if line.after in {"", before} else f"{before} → {line.after}".replace("_", " ")
