"""Transitions of a target: read it, take a step, write it with its audit entry, and request the card's render."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.case import Case
from bot.domain.errors import BadInput, Conflict
from bot.domain.history import HistoryEvent
from bot.domain.plan import Change, Plan
from bot.domain.ports import Write
from bot.domain.rights import AuthorityEvidence
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.messages import RenderChannel, UpdateSecurityHub, send
from bot.slack.text.values import format_value
from bot.store import audit, cases, keys
from bot.world import World

TRIES = 8

_MOST: Final = 50
_LONGEST: Final = 500


@dataclass(frozen=True)
class AuditNote:
    """The details of a transition for its audit entry, besides the states and the target."""

    what: HistoryEvent
    who: str = "cspm-bot"
    policy: str = ""
    right: str = ""
    reason: str = ""
    reference: str = ""
    run: str = ""
    calls: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    grounds: AuthorityEvidence | None = None


def load(case_id: str, target_id: str, world: World) -> tuple[Case, CaseTarget]:
    """Read a case and one of its targets. Raises BadInput when there is no such target."""
    case = cases.load_case(world.table, case_id)
    target = cases.load_target(world.table, case_id, target_id)
    if case is None or target is None:
        raise BadInput(f"there is no target {target_id} in case {case_id}")
    return case, target


def transition(
    case_id: str,
    target_id: str,
    change: Callable[[CaseTarget], CaseTarget],
    audit_note: AuditNote,
    world: World,
    writes: Callable[[CaseTarget, CaseTarget], Sequence[Write]] = lambda _before, _after: (),
    case_sets: Mapping[str, Any] | None = None,
) -> CaseTarget:
    """Move a target by `change`, which is called again with what is stored if somebody wrote since it was read.

    `writes` returns writes for the same transaction, from the target before and after. Raises IllegalStep and what
    `change` raises; Conflict after several tries.
    """
    for _ in range(TRIES):
        case, before = load(case_id, target_id, world)
        after = change(before)
        more = writes(before, after)
        if after == before and not more:
            return before
        now = keys.stamp(world.clock.now())
        lift = [cases.lift(after, now)] if _ends_suppression(before, after) else []
        together = [*audit.puts(entry(case, before, after, audit_note, now)), *lift, *more]
        try:
            stored = cases.save_target(world.table, case, before, after, now, together, case_sets)
        except Conflict:
            continue
        request_render(case, world)
        notify_hub(before, stored, world)
        return stored
    raise Conflict(f"target {target_id} of case {case_id} is being changed by too many at once")


_NOTED_IN_HUB: Final = frozenset(
    {
        State.PROPOSED,
        State.GUIDANCE,
        State.APPROVED,
        State.FIXED,
        State.UNDONE,
        State.DENIED,
        State.HANDED_OVER,
        State.EXEMPTED,
    }
)


def notify_hub(before: CaseTarget, after: CaseTarget, world: World) -> None:
    """Have `remediate` write the target's state to Security Hub, and end a suppression that is over.

    A note may be lost if this function ends here. A suppression hides a finding, so its end stays due until written.
    """
    if _is_noted(before, after):
        lift = _ends_suppression(before, after)
        send(UpdateSecurityHub(case_id=after.case_id, target_id=after.target_id, lift_suppression=lift), world.queues)


def _is_noted(before: CaseTarget, after: CaseTarget) -> bool:
    return after.state != before.state and after.state in _NOTED_IN_HUB


def _ends_suppression(before: CaseTarget, after: CaseTarget) -> bool:
    return before.state is State.EXEMPTED and _is_noted(before, after)


def entry(case: Case, before: CaseTarget, after: CaseTarget, note: AuditNote, now: str) -> audit.Entry:
    """Return the audit entry of a transition."""
    return audit.Entry(
        at=now,
        what=note.what,
        identity=(after.case_id, after.target_id, str(before.ver + 1), note.what),
        who=note.who,
        before=before.state,
        after=after.state,
        digest=after.proposal.digest,
        policy=note.policy,
        right=note.right,
        reason=note.reason,
        reference=note.reference,
        run=note.run,
        calls=note.calls,
        changes=note.changes,
        grounds=note.grounds,
        controls=after.controls,
        severity=after.severity,
        channel=case.channel,
        ts=case.ts,
    ).of(after)


def plan_lines(plan_text: str) -> tuple[str, ...]:
    """Return the changes of a stored plan as `change_lines` does; none where there is no plan."""
    return change_lines(Plan.from_text(plan_text).changes) if plan_text else ()


def change_lines(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return changes as lines of the audit record, shortened, secrets as dots; the digest identifies the whole plan."""
    listed = list(changes)
    lines = [
        f"{one.setting}: {format_value(one.before)} → {format_value(one.after)}"[:_LONGEST] for one in listed[:_MOST]
    ]
    return (*lines, *([f"and {len(listed) - _MOST} more"] if len(listed) > _MOST else []))


def request_render(case: Case, world: World) -> None:
    """Have the cards function render what has changed in this case's channel."""
    send(RenderChannel(channel_id=case.channel), world.queues)
