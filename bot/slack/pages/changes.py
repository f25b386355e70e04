"""What the bot has changed, as a list with a way back. Pure: runs and their targets in, blocks out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.plan import Change
from bot.domain.run import Run, RunKind, RunState
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.card import GREY, Message
from bot.slack.cards.view import account_words, who
from bot.slack.ids import ActionId, UndoValue
from bot.slack.text.blocks import Block, button, code, context, counted, dotted, escape, link, section, when
from bot.slack.text.values import change_line

MAX_CHANGES: Final = 4
_VALUE: Final = 90


@dataclass(frozen=True)
class Made:
    """One run that changed something: when, its target as it is now, whether it can be undone, and its card's link."""

    at: str
    run: Run
    target: CaseTarget | None = None
    can_undo: bool = False
    card: str = ""
    account_name: str = ""


def changes_message(about: str, made: Sequence[Made], more: int = 0, *, whole: bool = True) -> Message:
    """The answer to `/cspm changes`."""
    if not made:
        return Message(f"*The bot has changed nothing* in {escape(about, 200)}.", GREY, ())
    notes = [f"{more} more before that" if more else "", "" if whole else "only the newest were looked at"]
    said = dotted(notes)
    narrow = [context(f"{said}: narrow it by account, resource or hours.")] if said else []
    head = section(f"Newest first, in {escape(about, 200)}.")
    number = counted(len(made) + more, "change")
    title = f"*{number if whole else f'At least {number}'} by the bot*"
    return Message(title, GREY, (head, *map(change_block, made), *narrow))


def change_block(made: Made) -> Block:
    """One run, with Undo where that is still possible."""
    block = section("\n".join([_head(made), *_changed(made), _state(made)]))
    if not made.can_undo:
        return block
    value = UndoValue(made.run.case_id, made.run.target_id).text
    return block | {"accessory": button("Undo…", ActionId.UNDO_RUN, value)}


def _head(made: Made) -> str:
    where = made.run.plan.resource
    undone = "Undo: " if made.run.kind is RunKind.UNDO else ""
    place = f"{account_words(where.account, made.account_name)} · {escape(where.region, 30)}"
    return f"{undone}{code(where.label)} · {place} · {when(made.at)}"


def _changed(made: Made) -> list[str]:
    begun = _begun(made)
    lines = [f"• {change_line(change, _VALUE).text}" for change in begun[:MAX_CHANGES]]
    return [*lines, f"• and {len(begun) - MAX_CHANGES} more"] if len(begun) > MAX_CHANGES else lines


def _begun(made: Made) -> Sequence[Change]:
    """What was changed; of a run that failed half-way, what its target knows of that."""
    run, target = made.run, made.target
    if run.state is RunState.FAILED and target and target.attempt.run_id == run.id and target.attempt.written:
        return target.attempt.written_changes
    return [change for change in run.plan.changes if change.setting in run.journal]


def _state(made: Made) -> str:
    people = ", ".join(map(who, made.run.approved_by))
    card = link(made.card, "card")
    return dotted([f"approved by {people}", proof_words(made.run, made.target), card])


def proof_words(run: Run, target: CaseTarget | None) -> str:
    """How far it is proved, and what has come of it since."""
    match run.state:
        case RunState.FAILED:
            return dotted((f"❌ failed: {escape(run.note, 200)}", _taken_back(run, target)))
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
    if back := _taken_back(run, target):
        return back
    if target.attempt.run_id != run.id:
        return f"{read_back}, and failed again since"
    return (
        f"{read_back} · Security Hub: PASSED {when(target.attempt.confirmed_at)}"
        if target.attempt.confirmed_at
        else read_back
    )


def _taken_back(run: Run, target: CaseTarget | None) -> str:
    if target is None or target.attempt.undo_of != run.id:
        return ""
    return "↩️ undone" if target.state is State.UNDONE else "↩️ undo asked for"
