"""Text of each target state on the card. Nothing is called fixed before two reads have proved it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.proof import read_back_text, security_hub_text
from bot.slack.cards.view import CardView, distinct, mention_of, target_names, target_summary
from bot.slack.text.blocks import code, escape, join_parts, link, local_date, local_time
from bot.slack.text.values import change_line, conflict_line, drift_line

Lines = list[str]

_MOST: Final = 5


def state_lines(view: CardView, state: State) -> Lines:
    """Describe the targets in this state; for proposals only what prevents their approval."""
    targets = view.in_state(state)
    render = _RENDERERS.get(state)
    return render(view, targets) if render and targets else []


def _decided_by(targets: Sequence[CaseTarget]) -> str:
    """Return `by @dana · today 09:31`, with the change references."""
    people = distinct(mention_of(person) for target in targets for person in target.decision.deciders)
    at = [target.decision.at for target in targets if target.decision.at]
    named = f"by {', '.join(people[:_MOST])}" if people else ""
    changes = distinct(code(target.decision.reference, 80) if target.decision.reference else "" for target in targets)[
        :_MOST
    ]
    return join_parts([named, local_time(max(at)) if at else "", *changes])


def _names(view: CardView, targets: Sequence[CaseTarget]) -> str:
    """Return the targets' names if the card has other targets too, else ''."""
    return "" if len(view.targets) == 1 else f": {target_names(targets)}"


def _by_cause(view: CardView, targets: Sequence[CaseTarget], cause: Callable[[CaseTarget], str]) -> Lines:
    """List each distinct cause once, with its targets."""
    found: dict[str, list[CaseTarget]] = {}
    for target in targets:
        found.setdefault(cause(target), []).append(target)
    alone = len(view.targets) == 1
    lines = [f"• {'' if alone else f'{target_names(those, 3)}  '}{text}" for text, those in found.items() if text][
        :_MOST
    ]
    more = len([text for text in found if text]) - len(lines)
    return [*lines, f"• and {more} other reasons: see *Details…*"] if more > 0 else lines


def _new(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    plain = [target for target in targets if not target.note]
    looking = [f"🔎 *Looking* at what would change{_names(view, plain)}"] if plain else []
    return [*looking, *_unplanned(view, targets)]


def _unplanned(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    """Explain why there is no plan to approve: a failed read is reported, not hidden."""
    with_note = [target for target in targets if target.note]
    if not with_note:
        return []
    heading = "⚠️ *No plan that holds, so nothing to approve.* The bot looks again by itself."
    return [heading, *_by_cause(view, with_note, lambda target: escape(target.note, 300))]


def _approved(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    soon = [target for target in targets if not target.attempt.not_before]
    lines = [
        f"⏳ *Approved* {_decided_by(soon)}{_names(view, soon)}",
        "Next: read again; unless something moved, apply.",
    ]
    return [*(lines if soon else []), *_scheduled(view, [target for target in targets if target.attempt.not_before])]


def _scheduled(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    """Group scheduled approvals by their start time."""
    lines = []
    for at, why in sorted({(target.attempt.not_before, target.note) for target in targets})[:_MOST]:
        those = [target for target in targets if (target.attempt.not_before, target.note) == (at, why)]
        lines += [
            f"🗓️ *Approved, runs {local_time(at)}* · {_decided_by(those)}{_names(view, those)}",
            f"Until then {escape(why, 200)}. It is read again then; if something has moved, nothing is called.",
        ]
    return lines


def _applying(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [f"⏳ *Applying* · approved {_decided_by(targets)}{_names(view, targets)}"]


def _verifying(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    by_bot = [target for target in targets if target.attempt.run_id and not target.note]
    others = [target for target in targets if target not in by_bot]
    lines = [f"🔎 *Written; reading back* · approved {_decided_by(by_bot)}{_names(view, by_bot)}"] if by_bot else []
    if others:
        lines.append(
            f"🔎 *Nothing to change:* the settings are right already. Waiting for the source{_names(view, others)}"
        )
    return lines


def _fixed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    number = "" if len(targets) == 1 else f" {target_summary(targets)}"
    return [
        f"✅ *Fixed*{number} {_decided_by(targets)}{_names(view, targets)}",
        f"{read_back_text(targets)} · {security_hub_text(targets)}",
    ]


def _stale(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    lines = [f"⚠️ *Not applied: it has changed since the approval.* Nothing was called{_names(view, targets)}"]
    lines += _by_cause(
        view, [target for target in targets if not target.attempt.conflicts], lambda target: escape(target.note, 300)
    )
    for target in [target for target in targets if target.attempt.conflicts][:_MOST]:
        lines += [] if len(targets) == 1 else [target_names([target])]
        found = target.attempt.conflicts
        lines += [f"• {drift_line(conflict)}" for conflict in found[:_MOST]]
        lines += [f"• and {len(found) - _MOST} more settings"] if len(found) > _MOST else []
    return lines


def _failed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    conflicts = [target for target in targets if target.attempt.undo_of and target.attempt.conflicts]
    undos = [target for target in targets if target.attempt.undo_of and not target.attempt.conflicts]
    fixes = [target for target in targets if not target.attempt.undo_of]
    return [
        *_conflict(view, conflicts),
        *_failure_lines(view, undos, "Undo failed"),
        *_failure_lines(view, fixes, "Failed"),
    ]


def _failure_lines(view: CardView, targets: Sequence[CaseTarget], what: str) -> Lines:
    if not targets:
        return []
    return [f"❌ *{what}*", *_by_cause(view, targets, _cause), *_changes_made(view, targets)]


def _changes_made(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    """List what a failed run had changed; Undo offers to revert exactly that."""
    lines: Lines = []
    for target in [target for target in targets if target.attempt.written][:_MOST]:
        of = "" if len(view.targets) == 1 else f" {target_names([target])}"
        what = "put back" if target.attempt.undo_of else "changed"
        lines.append(f"Until then it had {what}{of}:")
        changes = target.attempt.written_changes
        lines += [f"• {change_line(change).text}" for change in changes[:_MOST]]
        lines += [f"• and {len(changes) - _MOST} more settings"] if len(changes) > _MOST else []
    return lines


def _cause(target: CaseTarget) -> str:
    return escape(target.note or "no cause was recorded", 400)


def _conflict(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    if not targets:
        return []
    lines = [f"⚠️ *Not undone: somebody has changed it since the fix.* Nothing was called{_names(view, targets)}"]
    for target in targets[:_MOST]:
        lines += [] if len(targets) == 1 else [target_names([target])]
        lines += [f"• {conflict_line(conflict)}" for conflict in target.attempt.conflicts[:_MOST]]
    return lines


def _denied(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    until = _until(targets, view.deny_days)
    return [
        f"🚫 *Denied* {_decided_by(targets)}{_names(view, targets)}",
        *_reasons(targets),
        f"Not asked again{until} unless what would change differs. Still failing, still counted.",
    ]


def _until(targets: Sequence[CaseTarget], days: int) -> str:
    at = [target.decision.at for target in targets if target.decision.at]
    return f" until {local_date(datetime.fromisoformat(max(at)) + timedelta(days=days))}" if at else ""


def _reasons(targets: Sequence[CaseTarget]) -> Lines:
    reasons = distinct(escape(target.decision.reason, 300) for target in targets)
    return [f"“{reason}”" for reason in reasons[:_MOST]]


def _lapsed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [
        f"💤 *Nobody answered in time*{_names(view, targets)}",
        "Nothing was changed. Still failing, still counted.",
    ]


def _handed_over(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    to = ", ".join(distinct(mention_of(target.decision.handed_to) for target in targets)[:_MOST])
    links = distinct(link(target.decision.link, "their change") for target in targets)[:_MOST]
    until = max(target.decision.until for target in targets)
    waits = f"Waiting for PASSED until {local_date(until)}; then it is asked again." if until else ""
    handed = f"↪️ *Handed over{f' to {to}' if to else ''}* {_decided_by(targets)}{_names(view, targets)}"
    return [part for part in (handed, *_reasons(targets), join_parts(distinct([*links, waits]))) if part]


def _exempted(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    by_bot = [target for target in targets if target.decision.exemption]
    others = [target for target in targets if not target.decision.exemption]
    return [*_exempted_by_bot(view, by_bot), *_suppressed(view, others)]


def _exempted_by_bot(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    if not targets:
        return []
    until = max(target.decision.until for target in targets)
    return [
        f"⚪ *Exempted until {local_date(until)}* {_decided_by(targets)}{_names(view, targets)}",
        *_reasons(targets),
        "Still failing; the strict score counts it. Announced a week and a day before its end, then asked again.",
    ]


def _suppressed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    if not targets:
        return []
    return [
        f"⚪ *Suppressed in Security Hub* {_decided_by(targets)}{_names(view, targets)}",
        "Not by this bot, so it has no end.",
    ]


def _disputed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [
        f"⚠️ *Disputed*{_names(view, targets)}",
        f"{read_back_text(targets)}, but after 26 hours Security Hub still reports the failure.",
    ]


def _undoing(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [f"⏳ *Undoing* · asked for {_decided_by(targets)}{_names(view, targets)}"]


def _undone(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [
        f"↩️ *Undone* {_decided_by(targets)}{_names(view, targets)}",
        "The settings are what they were before, so it fails.",
    ]


def _resolved(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    by_bot = [target for target in targets if target.attempt.is_proved_fix]
    early = [target for target in targets if target.attempt.is_confirmed_only]
    elsewhere = [target for target in targets if not target.findings]
    others = [target for target in targets if target not in by_bot and target not in early and target not in elsewhere]
    lines = _fixed(view, by_bot) if by_bot else []
    if early:
        at = local_time(max(target.attempt.confirmed_at for target in early))
        lines.append(f"🔎 *Security Hub: PASSED* {at}{_names(view, early)} · settings not read back yet")
    if others:
        lines.append(f"☑️ *Resolved without us*{_names(view, others)} · {_closing_reason(others)}")
    if elsewhere:
        lines.append(f"↪️ *On another card*{_names(view, elsewhere)} · {_closing_reason(elsewhere)}")
    return lines


def _closing_reason(targets: Sequence[CaseTarget]) -> str:
    reasons = distinct(escape(target.note, 200) for target in targets)
    return reasons[0] if len(reasons) == 1 else "no source reports it any more"


_RENDERERS: Final[dict[State, Callable[[CardView, Sequence[CaseTarget]], Lines]]] = {
    State.STALE: _stale,
    State.FAILED: _failed,
    State.DISPUTED: _disputed,
    State.NEW: _new,
    State.PROPOSED: _unplanned,
    State.APPROVED: _approved,
    State.APPLYING: _applying,
    State.VERIFYING: _verifying,
    State.UNDOING: _undoing,
    State.FIXED: _fixed,
    State.UNDONE: _undone,
    State.DENIED: _denied,
    State.HANDED_OVER: _handed_over,
    State.EXEMPTED: _exempted,
    State.LAPSED: _lapsed,
    State.RESOLVED: _resolved,
}

STATE_ORDER: Final = tuple(_RENDERERS)
"""Most urgent first."""
