"""The bot's recent changes as a list with Undo buttons. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.plan import Change
from bot.domain.run import Run, RunKind, RunState
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.card import GREY, Message
from bot.slack.cards.view import account_text, mention_of
from bot.slack.ids import ActionId, UndoValue
from bot.slack.text.blocks import Block, button, code, context, counted, escape, join_parts, link, local_time, section
from bot.slack.text.values import change_line

MAX_CHANGES: Final = 4
_MAX_VALUE: Final = 90


@dataclass(frozen=True)
class RunSummary:
    """A run that changed something, with its target's current state and the link to its card ('' for none)."""

    at: str
    run: Run
    target: CaseTarget | None = None
    can_undo: bool = False
    card: str = ""
    account_name: str = ""


def changes_message(about: str, entries: Sequence[RunSummary], more: int = 0, *, whole: bool = True) -> Message:
    """The answer to `/cspm changes`."""
    if not entries:
        return Message(f"*The bot has changed nothing* in {escape(about, 200)}.", GREY, ())
    notes = [f"{more} more before that" if more else "", "" if whole else "only the newest were looked at"]
    omitted = join_parts(notes)
    narrow = [context(f"{omitted}: narrow it by account, resource or hours.")] if omitted else []
    head = section(f"Newest first, in {escape(about, 200)}.")
    number = counted(len(entries) + more, "change")
    title = f"*{number if whole else f'At least {number}'} by the bot*"
    return Message(title, GREY, (head, *map(change_block, entries), *narrow))


def change_block(entry: RunSummary) -> Block:
    """Render one run, with Undo where that is still possible."""
    block = section("\n".join([_head(entry), *_change_lines(entry), _state(entry)]))
    if not entry.can_undo:
        return block
    value = UndoValue(entry.run.case_id, entry.run.target_id).text
    return block | {"accessory": button("Undo…", ActionId.UNDO_RUN, value)}


def _head(entry: RunSummary) -> str:
    where = entry.run.plan.resource
    undone = "Undo: " if entry.run.kind is RunKind.UNDO else ""
    place = f"{account_text(where.account, entry.account_name)} · {escape(where.region, 30)}"
    return f"{undone}{code(where.label)} · {place} · {local_time(entry.at)}"


def _change_lines(entry: RunSummary) -> list[str]:
    changes = _executed_changes(entry)
    lines = [f"• {change_line(change, _MAX_VALUE).text}" for change in changes[:MAX_CHANGES]]
    return [*lines, f"• and {len(changes) - MAX_CHANGES} more"] if len(changes) > MAX_CHANGES else lines


def _executed_changes(entry: RunSummary) -> Sequence[Change]:
    """Return the run's changes; of a run that failed half-way, those recorded on its target."""
    run, target = entry.run, entry.target
    if run.state is RunState.FAILED and target and target.attempt.run_id == run.id and target.attempt.written:
        return target.attempt.written_changes
    return [change for change in run.plan.changes if change.setting in run.journal]


def _state(entry: RunSummary) -> str:
    people = ", ".join(map(mention_of, entry.run.approved_by))
    card = link(entry.card, "card")
    return join_parts([f"approved by {people}", proof_text(entry.run, entry.target), card])


def proof_text(run: Run, target: CaseTarget | None) -> str:
    """Describe how far the run is proved, and what happened since."""
    match run.state:
        case RunState.FAILED:
            return join_parts((f"❌ failed: {escape(run.note, 200)}", _undo_state(run, target)))
        case RunState.PROVED if run.kind is RunKind.UNDO:
            return "↩️ read back as it was before"
        case RunState.PROVED:
            return _since_proof(run, target)
        case _:
            return "🔎 written; being read back"


def _since_proof(run: Run, target: CaseTarget | None) -> str:
    read_back = "✅ read back compliant"
    if target is None:
        return read_back
    if back := _undo_state(run, target):
        return back
    if target.attempt.run_id != run.id:
        return f"{read_back}, and failed again since"
    return (
        f"{read_back} · Security Hub: PASSED {local_time(target.attempt.confirmed_at)}"
        if target.attempt.confirmed_at
        else read_back
    )


def _undo_state(run: Run, target: CaseTarget | None) -> str:
    if target is None or target.attempt.undo_of != run.id:
        return ""
    return "↩️ undone" if target.state is State.UNDONE else "↩️ undo asked for"
