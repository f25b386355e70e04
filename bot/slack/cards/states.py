"""What the card says of each state. Nothing is called fixed before two reads have proved it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.cards.view import CardView, distinct, names, things, who
from bot.slack.text.blocks import code, day, dotted, escape, link, when
from bot.slack.text.values import change_line, conflict_line, drift_line

Lines = list[str]

_MOST: Final = 5


def state_lines(view: CardView, state: State) -> Lines:
    """What there is to say of the targets in this state; of proposals only what keeps them from being approved."""
    targets = view.those(state)
    say = _SAYINGS.get(state)
    return say(view, targets) if say and targets else []


def _by(targets: Sequence[CaseTarget]) -> str:
    """`by @dana · today 09:31`, of one or of many, and for which change."""
    people = distinct(who(person) for target in targets for person in target.decision.deciders)
    at = [target.decision.at for target in targets if target.decision.at]
    named = f"by {', '.join(people[:_MOST])}" if people else ""
    changes = distinct(code(target.decision.reference, 80) if target.decision.reference else "" for target in targets)[
        :_MOST
    ]
    return dotted([named, when(max(at)) if at else "", *changes])


def _of(view: CardView, targets: Sequence[CaseTarget]) -> str:
    """Names the targets where the card is about more than these."""
    return "" if len(view.targets) == 1 else f": {names(targets)}"


def _per_cause(view: CardView, targets: Sequence[CaseTarget], cause: Callable[[CaseTarget], str]) -> Lines:
    """Each different cause once, with the targets that it is about."""
    found: dict[str, list[CaseTarget]] = {}
    for target in targets:
        found.setdefault(cause(target), []).append(target)
    alone = len(view.targets) == 1
    lines = [f"• {'' if alone else f'{names(those, 3)}  '}{text}" for text, those in found.items() if text][:_MOST]
    more = len([text for text in found if text]) - len(lines)
    return [*lines, f"• and {more} other reasons: see *Details…*"] if more > 0 else lines


def _new(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    plain = [target for target in targets if not target.note]
    looking = [f"🔎 *Looking* at what would change{_of(view, plain)}"] if plain else []
    return [*looking, *_unplanned(view, targets)]


def _unplanned(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    """Why there is nothing to approve: failing to know is said, not hidden."""
    noted = [target for target in targets if target.note]
    if not noted:
        return []
    heading = "⚠️ *No plan that holds, so nothing to approve.* The bot looks again by itself."
    return [heading, *_per_cause(view, noted, lambda target: escape(target.note, 300))]


def _approved(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    soon = [target for target in targets if not target.attempt.not_before]
    lines = [f"⏳ *Approved* {_by(soon)}{_of(view, soon)}", "Next: read again; unless something moved, apply."]
    return [*(lines if soon else []), *_scheduled(view, [target for target in targets if target.attempt.not_before])]


def _scheduled(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    """What waits for its time, by that time."""
    lines = []
    for at, why in sorted({(target.attempt.not_before, target.note) for target in targets})[:_MOST]:
        those = [target for target in targets if (target.attempt.not_before, target.note) == (at, why)]
        lines += [
            f"🗓️ *Approved, runs {when(at)}* · {_by(those)}{_of(view, those)}",
            f"Until then {escape(why, 200)}. It is read again then; if something has moved, nothing is called.",
        ]
    return lines


def _applying(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [f"⏳ *Applying* · approved {_by(targets)}{_of(view, targets)}"]


def _verifying(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    ours = [target for target in targets if target.attempt.run_id and not target.note]
    others = [target for target in targets if target not in ours]
    lines = [f"🔎 *Written; reading back* · approved {_by(ours)}{_of(view, ours)}"] if ours else []
    if others:
        lines.append(
            f"🔎 *Nothing to change:* the settings are right already. Waiting for the source{_of(view, others)}"
        )
    return lines


def _fixed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    number = "" if len(targets) == 1 else f" {things(targets)}"
    return [f"✅ *Fixed*{number} {_by(targets)}{_of(view, targets)}", f"{_read_back(targets)} · {_agreement(targets)}"]


def _read_back(targets: Sequence[CaseTarget]) -> str:
    at = [target.attempt.proved_at for target in targets if target.attempt.proved_at]
    return f"Settings read back: compliant {when(max(at)) if at else ''}".rstrip()


def _agreement(targets: Sequence[CaseTarget]) -> str:
    agreed = [target.attempt.confirmed_at for target in targets if target.attempt.confirmed_at]
    if len(agreed) == len(targets):
        return f"Security Hub: PASSED {when(max(agreed))}"
    if not agreed:
        return "Security Hub: waiting for its next check"
    return f"Security Hub: {len(agreed)} PASSED, {len(targets) - len(agreed)} waiting"


def _stale(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    lines = [f"⚠️ *Not applied: it has changed since the approval.* Nothing was called{_of(view, targets)}"]
    lines += _per_cause(
        view, [target for target in targets if not target.attempt.conflicts], lambda target: escape(target.note, 300)
    )
    for target in [target for target in targets if target.attempt.conflicts][:_MOST]:
        lines += [] if len(targets) == 1 else [names([target])]
        found = target.attempt.conflicts
        lines += [f"• {drift_line(conflict)}" for conflict in found[:_MOST]]
        lines += [f"• and {len(found) - _MOST} more settings"] if len(found) > _MOST else []
    return lines


def _failed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    conflicts = [target for target in targets if target.attempt.undo_of and target.attempt.conflicts]
    undos = [target for target in targets if target.attempt.undo_of and not target.attempt.conflicts]
    fixes = [target for target in targets if not target.attempt.undo_of]
    return [*_conflict(view, conflicts), *_broke(view, undos, "Undo failed"), *_broke(view, fixes, "Failed")]


def _broke(view: CardView, targets: Sequence[CaseTarget], what: str) -> Lines:
    if not targets:
        return []
    return [f"❌ *{what}*", *_per_cause(view, targets, _cause), *_made(view, targets)]


def _made(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    """What a run had changed until it failed: exactly that is what Undo offers to take back."""
    lines: Lines = []
    for target in [target for target in targets if target.attempt.written][:_MOST]:
        of = "" if len(view.targets) == 1 else f" {names([target])}"
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
    lines = [f"⚠️ *Not undone: somebody has changed it since the fix.* Nothing was called{_of(view, targets)}"]
    for target in targets[:_MOST]:
        lines += [] if len(targets) == 1 else [names([target])]
        lines += [f"• {conflict_line(conflict)}" for conflict in target.attempt.conflicts[:_MOST]]
    return lines


def _denied(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    until = _until(targets, view.deny_days)
    return [
        f"🚫 *Denied* {_by(targets)}{_of(view, targets)}",
        *_reasons(targets),
        f"Not asked again{until} unless what would change differs. Still failing, still counted.",
    ]


def _until(targets: Sequence[CaseTarget], days: int) -> str:
    at = [target.decision.at for target in targets if target.decision.at]
    return f" until {day(datetime.fromisoformat(max(at)) + timedelta(days=days))}" if at else ""


def _reasons(targets: Sequence[CaseTarget]) -> Lines:
    said = distinct(escape(target.decision.reason, 300) for target in targets)
    return [f"“{reason}”" for reason in said[:_MOST]]


def _lapsed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [f"💤 *Nobody answered in time*{_of(view, targets)}", "Nothing was changed. Still failing, still counted."]


def _handed_over(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    to = ", ".join(distinct(who(target.decision.handed_to) for target in targets)[:_MOST])
    links = distinct(link(target.decision.link, "their change") for target in targets)[:_MOST]
    until = max(target.decision.until for target in targets)
    waits = f"Waiting for PASSED until {day(until)}; then it is asked again." if until else ""
    handed = f"↪️ *Handed over{f' to {to}' if to else ''}* {_by(targets)}{_of(view, targets)}"
    return [part for part in (handed, *_reasons(targets), dotted(distinct([*links, waits]))) if part]


def _exempted(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    ours = [target for target in targets if target.decision.exemption]
    others = [target for target in targets if not target.decision.exemption]
    return [*_exempted_here(view, ours), *_suppressed(view, others)]


def _exempted_here(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    if not targets:
        return []
    until = max(target.decision.until for target in targets)
    return [
        f"⚪ *Exempted until {day(until)}* {_by(targets)}{_of(view, targets)}",
        *_reasons(targets),
        "Still failing; the strict score counts it. Announced a week and a day before its end, then asked again.",
    ]


def _suppressed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    if not targets:
        return []
    return [f"⚪ *Suppressed in Security Hub* {_by(targets)}{_of(view, targets)}", "Not by this bot, so it has no end."]


def _disputed(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [
        f"⚠️ *Disputed*{_of(view, targets)}",
        f"{_read_back(targets)}, but after 26 hours Security Hub still reports the failure.",
    ]


def _undoing(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [f"⏳ *Undoing* · asked for {_by(targets)}{_of(view, targets)}"]


def _undone(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    return [
        f"↩️ *Undone* {_by(targets)}{_of(view, targets)}",
        "The settings are what they were before, so it fails.",
    ]


def _resolved(view: CardView, targets: Sequence[CaseTarget]) -> Lines:
    ours = [target for target in targets if target.attempt.is_proved_fix]
    early = [target for target in targets if target.attempt.is_confirmed_only]
    elsewhere = [target for target in targets if not target.findings]
    others = [target for target in targets if target not in ours and target not in early and target not in elsewhere]
    lines = _fixed(view, ours) if ours else []
    if early:
        at = when(max(target.attempt.confirmed_at for target in early))
        lines.append(f"🔎 *Security Hub: PASSED* {at}{_of(view, early)} · settings not read back yet")
    if others:
        lines.append(f"☑️ *Resolved without us*{_of(view, others)} · {_closed_because(others)}")
    if elsewhere:
        lines.append(f"↪️ *On another card*{_of(view, elsewhere)} · {_closed_because(elsewhere)}")
    return lines


def _closed_because(targets: Sequence[CaseTarget]) -> str:
    said = distinct(escape(target.note, 200) for target in targets)
    return said[0] if len(said) == 1 else "no source reports it any more"


def is_proved(target: CaseTarget) -> bool:
    """Whether a green mark is due: fixed, and read back."""
    return target.state is State.FIXED or (target.state is State.RESOLVED and target.attempt.is_proved_fix)


_SAYINGS: Final[dict[State, Callable[[CardView, Sequence[CaseTarget]], Lines]]] = {
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

SAID_IN_ORDER: Final = tuple(_SAYINGS)
"""What needs attention first."""
