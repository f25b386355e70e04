"""Outcomes of a run, each written in one transaction with the step of its target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from bot.domain.errors import Conflict
from bot.domain.history import HistoryEvent
from bot.domain.plan import Change, Evidence, Plan, SettingConflict
from bot.domain.ports import Call, Write
from bot.domain.remediation import Remediation
from bot.domain.run import Run, RunKind, RunState
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import AuditNote, change_lines, transition
from bot.flows.execution import circuit_breaker
from bot.messages import PlanTarget, VerifyRun, send
from bot.store import audit, keys, runs
from bot.world import World

FIRST_PROOF: Final = 3
"""Seconds from the last write to the first read-back: the design asks for at least two, and queues round down."""

PROOF_LOST_AFTER: Final = timedelta(seconds=60)


def _end(
    run: Run,
    ended: Run,
    change: Callable[[CaseTarget], CaseTarget],
    event: HistoryEvent,
    world: World,
    *,
    due_at: str = "",
    writes: Callable[[], Sequence[Write]] = tuple,
    changes: Sequence[Change] = (),
    calls: Sequence[Call] | None = None,
) -> CaseTarget:
    """Move the target and the run together; the condition on the run makes a second outcome impossible.

    A target whose last run is another one stays as it is: then only the run ends.
    """

    def own_change(target: CaseTarget) -> CaseTarget:
        return change(target) if target.attempt.run_id == run.id else target

    def with_run(_before: CaseTarget, _after: CaseTarget) -> Sequence[Write]:
        return (runs.put(run, ended, due_at)[1], *writes())

    audit_note = AuditNote(
        event,
        who=run.approved_by[0],
        policy=run.policy,
        right=run.right,
        reason=ended.note,
        run=run.id,
        calls=tuple(map(str, ended.calls if calls is None else calls)),
        changes=change_lines(changes),
    )
    return transition(run.case_id, run.target_id, own_change, audit_note, world, with_run)


def written(run: Run, recipe: Remediation, calls: Sequence[Call], world: World) -> None:
    """End the writing of a run: from now on its settings are read back, until the remediation's deadline."""
    now = world.clock.now()
    deadline = keys.stamp(now + timedelta(seconds=recipe.deadline_seconds))
    ended = replace(
        run, state=RunState.WRITTEN, written_at=keys.stamp(now), deadline=deadline, calls=tuple(calls), lease_until=""
    )
    _end(
        run,
        ended,
        CaseTarget.written,
        HistoryEvent(f"{run.kind} written"),
        world,
        due_at=keys.stamp(now + PROOF_LOST_AFTER),
        writes=lambda: [runs.changed(run, keys.stamp(now))],
        changes=run.plan.changes,
    )
    send(VerifyRun(run_id=run.id), world.queues, delay=FIRST_PROOF)


def verify_pending(run: Run, reason: str, calls: Sequence[Call], world: World) -> None:
    """Record that the settings were read back and are not right yet."""
    audit.note(world.table, _entry(run, HistoryEvent(f"{run.kind} read back"), reason, calls, world))


def proved(run: Run, evidence: Sequence[Evidence], calls: Sequence[Call], world: World) -> None:
    """End a run whose settings read back right: compliant, or for an undo as before the fix."""
    now = keys.stamp(world.clock.now())
    ended = replace(run, state=RunState.PROVED, note="")

    def change(target: CaseTarget) -> CaseTarget:
        return target.proved(evidence, now) if run.kind is RunKind.FIX else target.undone(now)

    result = partial(circuit_breaker.result_writes, run, world, failed=False)
    _end(run, ended, change, HistoryEvent(f"{run.kind} proved"), world, writes=result, calls=calls)


def stale(run: Run, reason: str, conflicts: tuple[SettingConflict, ...], world: World) -> None:
    """End a run before any call, since the approved plan is not what would be done now; the card shows what differs."""
    ended = replace(run, state=RunState.STALE, note=reason)
    _end(run, ended, lambda target: target.stale(reason, conflicts), HistoryEvent.STALE, world)


def cancelled(run: Run, reason: str, world: World) -> None:
    """End a run before any call, since the policy in force does not allow it any more; people are asked again."""
    ended = replace(run, state=RunState.STALE, note=reason, lease_until="")
    _end(run, ended, CaseTarget.expired, HistoryEvent.CANCELLED, world)
    send(PlanTarget(case_id=run.case_id, target_id=run.target_id), world.queues)


def conflict(run: Run, conflicts: tuple[SettingConflict, ...], world: World) -> None:
    """End an undo before any call, since it would overwrite somebody's later change."""
    reason = "somebody has changed these settings since; nothing was undone"
    ended = replace(run, state=RunState.CONFLICT, note=reason)
    _end(run, ended, lambda target: target.undo_conflicted(reason, conflicts), HistoryEvent.UNDO_CONFLICT, world)


def resource_gone(run: Run, world: World, calls: Sequence[Call] | None = None) -> None:
    """End a run whose resource is deleted."""
    ended = replace(run, state=RunState.STALE, note="the resource does not exist any more")
    _end(run, ended, CaseTarget.gone, HistoryEvent.RESOURCE_GONE, world, calls=calls)


def failed(run_id: str, cause: str, calls: Sequence[Call], world: World, unwritten: str = "") -> None:
    """End a run that failed, with its cause and the changes that it made; `unwritten` is a setting that is unchanged.

    A run that has ended already stays as it is.
    """
    run = runs.load_run(world.table, run_id)
    if run is None or run.state not in {RunState.RUNNING, RunState.WRITTEN}:
        return
    done, total = sum(mark == "done" for mark in run.journal.values()), len(run.plan.changes)
    note = f"{cause} · {done} of {total} changes were made" if run.journal else f"{cause} · nothing was changed"
    ended = replace(run, state=RunState.FAILED, note=note, lease_until="")
    written_part = _written_part(run, unwritten)

    def writes() -> Sequence[Write]:
        listed = [runs.changed(run, keys.stamp(world.clock.now()))] if written_part and not run.written_at else []
        return (*listed, *circuit_breaker.result_writes(run, world, failed=True))

    _end(
        run,
        ended,
        lambda target: target.failed(note, written_part),
        HistoryEvent(f"{run.kind} failed"),
        world,
        writes=writes,
        changes=_changes(written_part),
        calls=calls,
    )
    circuit_breaker.notify_stop(run, world)


def _changes(plan_text: str) -> Sequence[Change]:
    return Plan.from_text(plan_text).changes if plan_text else ()


def _written_part(run: Run, unwritten: str) -> str:
    """Return the part of the plan whose writing was begun, as the text of a plan."""
    begun = tuple(one for one in run.plan.changes if one.setting in run.applied and one.setting != unwritten)
    return replace(run.plan, changes=begun).text if begun else ""


def abandoned(run: Run, reason: str, world: World) -> None:
    """End a run before any call, since its target was closed or asked again in between."""
    ended = replace(run, state=RunState.STALE, note=reason, lease_until="")
    record = audit.put(_entry(run, HistoryEvent(f"{run.kind} dropped"), reason, (), world))
    try:
        world.table.write([runs.put(run, ended)[1], record])
    except Conflict:
        return


def _entry(run: Run, event: HistoryEvent, reason: str, calls: Sequence[Call], world: World) -> audit.Entry:
    """Return an audit entry of a run that does not move its target."""
    now, where = keys.stamp(world.clock.now()), run.plan.resource
    return audit.Entry(
        at=now,
        what=event,
        identity=(run.id, event, now),
        who=run.approved_by[0],
        case=run.case_id,
        account=where.account,
        region=where.region,
        resource=where.id,
        digest=run.plan.digest,
        policy=run.policy,
        right=run.right,
        reason=reason,
        run=run.id,
        calls=tuple(map(str, calls)),
    )
