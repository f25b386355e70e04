"""How a target moves: read, change, write if nobody wrote meanwhile, tell the record, ring the card's bell."""

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
from bot.slack.text.values import words
from bot.store import audit, cases, keys
from bot.world import World

TRIES = 8

_MOST: Final = 50
_LONGEST: Final = 500


@dataclass(frozen=True)
class AuditNote:
    """What the record says of a move besides the move itself."""

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
    """A case and one of its targets. Raises BadInput when there is no such thing."""
    case = cases.load_case(world.table, case_id)
    target = cases.load_target(world.table, case_id, target_id)
    if case is None or target is None:
        raise BadInput(f"there is no target {target_id} in case {case_id}")
    return case, target


def transition(
    case_id: str,
    target_id: str,
    change: Callable[[CaseTarget], CaseTarget],
    told: AuditNote,
    world: World,
    extra: Callable[[CaseTarget, CaseTarget], Sequence[Write]] = lambda _before, _after: (),
    case_sets: Mapping[str, Any] | None = None,
) -> CaseTarget:
    """Move a target by `change`, which is asked again with what is stored when somebody wrote in between.

    `extra` gives writes that belong to the same transaction, from the target before and after. Raises IllegalStep
    and whatever `change` raises; Conflict after several tries.
    """
    for _ in range(TRIES):
        case, before = load(case_id, target_id, world)
        after = change(before)
        more = extra(before, after)
        if after == before and not more:
            return before
        now = keys.stamp(world.clock.now())
        owed = [cases.lift(after, now)] if _ends_suppression(before, after) else []
        writes = [*audit.puts(entry(case, before, after, told, now)), *owed, *more]
        try:
            stored = cases.save_target(world.table, case, before, after, now, writes, case_sets)
        except Conflict:
            continue
        request_render(case, world)
        notify_hub(before, stored, world)
        return stored
    raise Conflict(f"target {target_id} of case {case_id} is being changed by too many at once")


_NOTIFIED_STATES: Final = frozenset(
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
    """Have `remediate` tell Security Hub where a target stands now, and take back a suppression that has ended.

    A note may be lost, should this function end here; a suppression hides a finding, so its end is due until told.
    """
    if not _changes_hub_note(before, after):
        return
    lift = {"lift": True} if _ends_suppression(before, after) else {}
    body = {"kind": "write_back", "case": after.case_id, "target_id": after.target_id, **lift}
    world.queues.decisions.send(body, group=after.case_id)


def _changes_hub_note(before: CaseTarget, after: CaseTarget) -> bool:
    return after.state != before.state and after.state in _NOTIFIED_STATES


def _ends_suppression(before: CaseTarget, after: CaseTarget) -> bool:
    return before.state is State.EXEMPTED and _changes_hub_note(before, after)


def entry(case: Case, before: CaseTarget, after: CaseTarget, told: AuditNote, now: str) -> audit.Entry:
    """The record of a move."""
    return audit.Entry(
        at=now,
        what=told.what,
        identity=(after.case_id, after.target_id, str(before.ver + 1), told.what),
        who=told.who,
        before=before.state,
        after=after.state,
        digest=after.proposal.digest,
        policy=told.policy,
        right=told.right,
        reason=told.reason,
        reference=told.reference,
        run=told.run,
        calls=told.calls,
        changes=told.changes,
        grounds=told.grounds,
        controls=after.controls,
        severity=after.severity,
        channel=case.channel,
        ts=case.ts,
    ).of(after)


def plan_lines(plan_text: str) -> tuple[str, ...]:
    """The changes of a stored plan, as `in_words`; none where there is no plan."""
    return change_lines(Plan.from_text(plan_text).changes) if plan_text else ()


def change_lines(changes: Iterable[Change]) -> tuple[str, ...]:
    """Changes as the record tells them; a secret is dots, and what was approved in full is the plan with its digest."""
    listed = list(changes)
    lines = [f"{one.setting}: {words(one.before)} → {words(one.after)}"[:_LONGEST] for one in listed[:_MOST]]
    return (*lines, *([f"and {len(listed) - _MOST} more"] if len(listed) > _MOST else []))


def request_render(case: Case, world: World) -> None:
    """Tell the cards function that this case's channel has something to render."""
    world.queues.cards.send({"kind": "render", "channel": case.channel}, group=case.channel)
