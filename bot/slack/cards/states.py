"""What the card says of each state. Nothing is called fixed before two reads have proved it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.case import Work
from bot.domain.states import State
from bot.slack.cards.view import CardView, distinct, names, things, who
from bot.slack.text.blocks import code, day, dotted, escape, link, when
from bot.slack.text.values import change_line, conflict_line, drift_line

Lines = list[str]

_MOST: Final = 5


def state_lines(view: CardView, state: State) -> Lines:
    """What there is to say of the targets in this state; of proposals only what keeps them from being approved."""
    works = view.those(state)
    say = _SAYINGS.get(state)
    return say(view, works) if say and works else []


def _by(works: Sequence[Work]) -> str:
    """`by @dana · today 09:31`, of one or of many, and for which change."""
    people = distinct(who(person) for work in works for person in work.deciders)
    at = [work.decided_at for work in works if work.decided_at]
    named = f"by {', '.join(people[:_MOST])}" if people else ""
    changes = distinct(code(work.reference, 80) if work.reference else "" for work in works)[:_MOST]
    return dotted([named, when(max(at)) if at else "", *changes])


def _of(view: CardView, works: Sequence[Work]) -> str:
    """Names the targets where the card is about more than these."""
    return "" if len(view.works) == 1 else f": {names(works)}"


def _per_cause(view: CardView, works: Sequence[Work], cause: Callable[[Work], str]) -> Lines:
    """Each different cause once, with the targets that it is about."""
    found: dict[str, list[Work]] = {}
    for work in works:
        found.setdefault(cause(work), []).append(work)
    alone = len(view.works) == 1
    lines = [f"• {'' if alone else f'{names(those, 3)}  '}{text}" for text, those in found.items() if text][:_MOST]
    more = len([text for text in found if text]) - len(lines)
    return [*lines, f"• and {more} other reasons: see *Details…*"] if more > 0 else lines


def _new(view: CardView, works: Sequence[Work]) -> Lines:
    plain = [work for work in works if not work.note]
    looking = [f"🔎 *Looking* at what would change{_of(view, plain)}"] if plain else []
    return [*looking, *_unplanned(view, works)]


def _unplanned(view: CardView, works: Sequence[Work]) -> Lines:
    """Why there is nothing to approve: failing to know is said, not hidden."""
    noted = [work for work in works if work.note]
    if not noted:
        return []
    heading = "⚠️ *No plan that holds, so nothing to approve.* The bot looks again by itself."
    return [heading, *_per_cause(view, noted, lambda work: escape(work.note, 300))]


def _approved(view: CardView, works: Sequence[Work]) -> Lines:
    soon = [work for work in works if not work.not_before]
    lines = [f"⏳ *Approved* {_by(soon)}{_of(view, soon)}", "Next: read again; unless something moved, apply."]
    return [*(lines if soon else []), *_scheduled(view, [work for work in works if work.not_before])]


def _scheduled(view: CardView, works: Sequence[Work]) -> Lines:
    """What waits for its time, by that time."""
    lines = []
    for at, why in sorted({(work.not_before, work.note) for work in works})[:_MOST]:
        those = [work for work in works if (work.not_before, work.note) == (at, why)]
        lines += [
            f"🗓️ *Approved, runs {when(at)}* · {_by(those)}{_of(view, those)}",
            f"Until then {escape(why, 200)}. It is read again then; if something has moved, nothing is called.",
        ]
    return lines


def _applying(view: CardView, works: Sequence[Work]) -> Lines:
    return [f"⏳ *Applying* · approved {_by(works)}{_of(view, works)}"]


def _verifying(view: CardView, works: Sequence[Work]) -> Lines:
    ours = [work for work in works if work.run_id and not work.note]
    others = [work for work in works if work not in ours]
    lines = [f"🔎 *Written; reading back* · approved {_by(ours)}{_of(view, ours)}"] if ours else []
    if others:
        lines.append(
            f"🔎 *Nothing to change:* the settings are right already. Waiting for the source{_of(view, others)}"
        )
    return lines


def _fixed(view: CardView, works: Sequence[Work]) -> Lines:
    number = "" if len(works) == 1 else f" {things(works)}"
    return [f"✅ *Fixed*{number} {_by(works)}{_of(view, works)}", f"{_read_back(works)} · {_agreement(works)}"]


def _read_back(works: Sequence[Work]) -> str:
    at = [work.proved_at for work in works if work.proved_at]
    return f"Settings read back: compliant {when(max(at)) if at else ''}".rstrip()


def _agreement(works: Sequence[Work]) -> str:
    agreed = [work.hub_at for work in works if work.hub_at]
    if len(agreed) == len(works):
        return f"Security Hub: PASSED {when(max(agreed))}"
    if not agreed:
        return "Security Hub: waiting for its next check"
    return f"Security Hub: {len(agreed)} PASSED, {len(works) - len(agreed)} waiting"


def _stale(view: CardView, works: Sequence[Work]) -> Lines:
    lines = [f"⚠️ *Not applied: it has changed since the approval.* Nothing was called{_of(view, works)}"]
    lines += _per_cause(view, [work for work in works if not work.clashes], lambda work: escape(work.note, 300))
    for work in [work for work in works if work.clashes][:_MOST]:
        lines += [] if len(works) == 1 else [names([work])]
        lines += [f"• {drift_line(clash)}" for clash in work.clashes[:_MOST]]
        lines += [f"• and {len(work.clashes) - _MOST} more settings"] if len(work.clashes) > _MOST else []
    return lines


def _failed(view: CardView, works: Sequence[Work]) -> Lines:
    conflicts = [work for work in works if work.undo_of and work.clashes]
    undos = [work for work in works if work.undo_of and not work.clashes]
    fixes = [work for work in works if not work.undo_of]
    return [*_conflict(view, conflicts), *_broke(view, undos, "Undo failed"), *_broke(view, fixes, "Failed")]


def _broke(view: CardView, works: Sequence[Work], what: str) -> Lines:
    if not works:
        return []
    return [f"❌ *{what}*", *_per_cause(view, works, _cause), *_made(view, works)]


def _made(view: CardView, works: Sequence[Work]) -> Lines:
    """What a run had changed until it failed: exactly that is what Undo offers to take back."""
    lines: Lines = []
    for work in [work for work in works if work.made][:_MOST]:
        of = "" if len(view.works) == 1 else f" {names([work])}"
        what = "put back" if work.undo_of else "changed"
        lines.append(f"Until then it had {what}{of}:")
        changes = work.made_changes
        lines += [f"• {change_line(change).text}" for change in changes[:_MOST]]
        lines += [f"• and {len(changes) - _MOST} more settings"] if len(changes) > _MOST else []
    return lines


def _cause(work: Work) -> str:
    return escape(work.note or "no cause was recorded", 400)


def _conflict(view: CardView, works: Sequence[Work]) -> Lines:
    if not works:
        return []
    lines = [f"⚠️ *Not undone: somebody has changed it since the fix.* Nothing was called{_of(view, works)}"]
    for work in works[:_MOST]:
        lines += [] if len(works) == 1 else [names([work])]
        lines += [f"• {conflict_line(clash)}" for clash in work.clashes[:_MOST]]
    return lines


def _denied(view: CardView, works: Sequence[Work]) -> Lines:
    until = _until(works, view.deny_days)
    return [
        f"🚫 *Denied* {_by(works)}{_of(view, works)}",
        *_reasons(works),
        f"Not asked again{until} unless what would change differs. Still failing, still counted.",
    ]


def _until(works: Sequence[Work], days: int) -> str:
    at = [work.decided_at for work in works if work.decided_at]
    return f" until {day(datetime.fromisoformat(max(at)) + timedelta(days=days))}" if at else ""


def _reasons(works: Sequence[Work]) -> Lines:
    said = distinct(escape(work.reason, 300) for work in works)
    return [f"“{reason}”" for reason in said[:_MOST]]


def _lapsed(view: CardView, works: Sequence[Work]) -> Lines:
    return [f"💤 *Nobody answered in time*{_of(view, works)}", "Nothing was changed. Still failing, still counted."]


def _handed_over(view: CardView, works: Sequence[Work]) -> Lines:
    to = ", ".join(distinct(who(work.handed_to) for work in works)[:_MOST])
    links = distinct(link(work.link, "their change") for work in works)[:_MOST]
    until = max(work.until for work in works)
    waits = f"Waiting for PASSED until {day(until)}; then it is asked again." if until else ""
    handed = f"↪️ *Handed over{f' to {to}' if to else ''}* {_by(works)}{_of(view, works)}"
    return [part for part in (handed, *_reasons(works), dotted(distinct([*links, waits]))) if part]


def _exempted(view: CardView, works: Sequence[Work]) -> Lines:
    ours = [work for work in works if work.exemption]
    others = [work for work in works if not work.exemption]
    return [*_exempted_here(view, ours), *_suppressed(view, others)]


def _exempted_here(view: CardView, works: Sequence[Work]) -> Lines:
    if not works:
        return []
    until = max(work.until for work in works)
    return [
        f"⚪ *Exempted until {day(until)}* {_by(works)}{_of(view, works)}",
        *_reasons(works),
        "Still failing; the strict score counts it. Announced a week and a day before its end, then asked again.",
    ]


def _suppressed(view: CardView, works: Sequence[Work]) -> Lines:
    if not works:
        return []
    return [f"⚪ *Suppressed in Security Hub* {_by(works)}{_of(view, works)}", "Not by this bot, so it has no end."]


def _disputed(view: CardView, works: Sequence[Work]) -> Lines:
    return [
        f"⚠️ *Disputed*{_of(view, works)}",
        f"{_read_back(works)}, but after 26 hours Security Hub still reports the failure.",
    ]


def _undoing(view: CardView, works: Sequence[Work]) -> Lines:
    return [f"⏳ *Undoing* · asked for {_by(works)}{_of(view, works)}"]


def _undone(view: CardView, works: Sequence[Work]) -> Lines:
    return [
        f"↩️ *Undone* {_by(works)}{_of(view, works)}",
        "The settings are what they were before, so it fails.",
    ]


def _resolved(view: CardView, works: Sequence[Work]) -> Lines:
    ours = [work for work in works if fixed_by_us(work)]
    early = [work for work in works if _passed_before_the_proof(work)]
    elsewhere = [work for work in works if not work.findings]
    others = [work for work in works if work not in ours and work not in early and work not in elsewhere]
    lines = _fixed(view, ours) if ours else []
    if early:
        at = when(max(work.hub_at for work in early))
        lines.append(f"🔎 *Security Hub: PASSED* {at}{_of(view, early)} · settings not read back yet")
    if others:
        lines.append(f"☑️ *Resolved without us*{_of(view, others)} · {_closed_because(others)}")
    if elsewhere:
        lines.append(f"↪️ *On another card*{_of(view, elsewhere)} · {_closed_because(elsewhere)}")
    return lines


def _closed_because(works: Sequence[Work]) -> str:
    said = distinct(escape(work.note, 200) for work in works)
    return said[0] if len(said) == 1 else "no source reports it any more"


def fixed_by_us(work: Work) -> bool:
    """Whether a run of ours fixed it, and proved that, and was not undone."""
    return bool(work.run_id and work.proved_at and not work.undo_of)


def _passed_before_the_proof(work: Work) -> bool:
    """Whether Security Hub was quicker than our own reading back: not without us, and not proved yet either."""
    return bool(work.run_id and work.hub_at and not work.proved_at and not work.undo_of)


def is_proved(work: Work) -> bool:
    """Whether a green mark is due: fixed, and read back."""
    return work.state is State.FIXED or (work.state is State.RESOLVED and fixed_by_us(work))


_SAYINGS: Final[dict[State, Callable[[CardView, Sequence[Work]], Lines]]] = {
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
