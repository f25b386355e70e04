"""Execute a run: make the approved plan again, and if it is the same, write it change by change.

The journal is written before and after each call. While an owner holds the lease, a second delivery of the message goes
back to the queue. After it, the new owner reads each setting: as approved, it is done; as before, it is written again;
anything else fails the run, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.domain.canonical import ABSENT, same
from bot.domain.errors import BadInput, Busy, Conflict, Refusal, ResourceGone, Stopped, Unknown
from bot.domain.history import HistoryEvent
from bot.domain.plan import (
    Change,
    Changes,
    Compliant,
    Conflicted,
    Gone,
    Outcome,
    SettingConflict,
    Settings,
    Target,
    differs,
    undo,
)
from bot.domain.ports import Account, Call, RoleSession
from bot.domain.remediation import Remediation, plan, session_policy
from bot.domain.run import Mark, Run, RunKind, RunState
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import AuditNote, load, transition
from bot.flows.execution import outcome, start
from bot.flows.planning.read_account import translate_errors, with_arn
from bot.flows.planning.undo import applied_changes, recipe_of
from bot.flows.policy.pause import paused
from bot.messages import ExecuteRun
from bot.store import keys, runs
from bot.world import World

LEASE: Final = timedelta(seconds=180)
"""Longer than the executing function may live, so that a lease outlives every owner that still works."""


@dataclass(frozen=True)
class RunContext:
    """The remediation of a run, its account through the narrowed role, and the calls made so far."""

    recipe: Remediation
    target: Target
    account: Account
    calls: list[Call]


def execute(message: ExecuteRun, world: World) -> None:
    """Execute a run, or what is left of it. Raises Busy while another owner holds it.

    During a pause the message is dropped, since a pause may outlast a queue's retention: `resume` and the sweep send it
    again.
    """
    run = runs.load_run(world.table, message.run_id)
    if run is None:
        raise BadInput(f"there is no run {message.run_id}")
    if run.state not in {RunState.READY, RunState.RUNNING}:
        return
    if paused(run.plan.resource.account, world):
        return
    owned = _acquire(run, world)
    _, target = load(run.case_id, run.target_id, world)
    calls = list(owned.calls)
    try:
        _carry_out(owned, target, calls, world)
    except Busy:
        _release(owned.id, owned.owner, calls, world)
        raise
    except Stopped as cause:
        outcome.failed(owned.id, str(cause), calls, world, unwritten=cause.unwritten)
    except Refusal as cause:
        outcome.failed(owned.id, str(cause), calls, world)


@contextmanager
def _stopping(recipe: Remediation) -> Iterator[None]:
    """Turn an error in the account into Stopped, which fails the run; an error of the bot's own store is retried."""
    try:
        with translate_errors(recipe):
            yield
    except ResourceGone:
        raise Stopped("the resource does not exist any more") from None
    except Unknown as problem:
        raise Stopped(str(problem)) from problem


def _acquire(run: Run, world: World) -> Run:
    """Acquire the run's lease. Raises Busy while another owner holds it."""
    now = world.clock.now()
    if run.state is RunState.RUNNING and run.lease_until > keys.stamp(now):
        left = (keys.parse(run.lease_until) - now).total_seconds()
        raise Busy(f"run {run.id} is being carried out", retry_after=max(1.0, left))
    until = now + LEASE
    taken = replace(run, state=RunState.RUNNING, owner=world.ids.ulid(), lease_until=keys.stamp(until))
    try:
        return runs.save(world.table, run, taken, due_at=keys.stamp(until + timedelta(seconds=5)))
    except Conflict:
        raise Busy(f"run {run.id} was taken at the same moment", retry_after=5) from None


def _release(run_id: str, owner: str, calls: Sequence[Call], world: World) -> None:
    """Release the run so that the message's next delivery can acquire it at once."""
    run = runs.load_run(world.table, run_id)
    if run and run.owner == owner and run.state is RunState.RUNNING:
        now = keys.stamp(world.clock.now())
        runs.save(world.table, run, replace(run, lease_until="", calls=tuple(calls)), due_at=now)


def _carry_out(run: Run, target: CaseTarget, calls: list[Call], world: World) -> None:
    own = (target.attempt.run_id, target.remediation, target.resource) == (
        run.id,
        run.plan.remediation,
        run.plan.resource,
    )
    if not own or target.state not in {State.APPROVED, State.APPLYING, State.UNDOING}:
        outcome.abandoned(run, "the target has moved on", world)
        return
    begun = target.state is State.APPLYING or bool(run.journal)
    if not run.journal and start.hold_or_cancel(run, target, world):
        return
    context = _context(run, target, calls, world)
    if not begun and not _is_unchanged(run, context, world):
        return
    if target.state is State.APPROVED:
        audit_note = AuditNote(
            HistoryEvent.RUN_STARTED, who=run.approved_by[0], policy=run.policy, right=run.right, run=run.id
        )
        transition(run.case_id, run.target_id, lambda now: _started(now, run), audit_note, world)
    outcome.written(_write_all(run, context, world, begun=begun), context.recipe, context.calls, world)


def _started(target: CaseTarget, run: Run) -> CaseTarget:
    """Start the target. Raises Busy if its approval was withdrawn while the settings were read."""
    if (target.attempt.run_id, target.state) != (run.id, State.APPROVED):
        raise Busy(f"the target of run {run.id} has moved on", retry_after=1)
    return target.started()


def _context(run: Run, target: CaseTarget, calls: list[Call], world: World) -> RunContext:
    recipe = recipe_of(run)
    recipe_target = replace(target.for_remediation(run.plan.params), resource=run.plan.resource)
    with _stopping(recipe):
        role_session = RoleSession(
            session_name=run.id,
            source_identity=run.approved_by[0],
            session_policy=session_policy(recipe, with_arn(recipe, recipe_target, world, calls.append)),
        )
        return RunContext(
            recipe, recipe_target, world.accounts.remediator(recipe_target.resource, role_session, calls.append), calls
        )


def _is_unchanged(run: Run, context: RunContext, world: World) -> bool:
    """Return whether planning again gives the approved digest; if not, end the run with the reason."""
    if run.kind is RunKind.UNDO:
        return _undo_is_unchanged(run, context, world)
    with _stopping(context.recipe):
        planned: Outcome = plan(context.recipe, context.target, context.account, with_evidence=False)
    run = replace(run, calls=tuple(context.calls))
    match planned:
        case Changes() if planned.plan.digest == run.plan.digest:
            return True
        case Changes():
            conflicts = differs(run.plan, planned.plan)
            what = "the settings have changed" if conflicts else "the recipe or its parameters have changed"
            outcome.stale(run, f"{what} since this was approved", conflicts, world)
        case Compliant():
            conflicts = tuple(
                SettingConflict(one.setting, one.before, one.after, one.after) for one in run.plan.changes
            )
            outcome.stale(run, "somebody has made these settings right meanwhile", conflicts, world)
        case Gone():
            outcome.resource_gone(run, world)
        case _:
            outcome.stale(run, planned.reason, (), world)
    return False


def _undo_is_unchanged(run: Run, context: RunContext, world: World) -> bool:
    fix = runs.load_run(world.table, run.fix_run)
    if fix is None:
        raise Refusal("the run that is to be undone is not there any more")
    whole = applied_changes(fix, world)
    planned = undo(whole, [change.setting for change in whole.changes], _read(context))
    run = replace(run, calls=tuple(context.calls))
    match planned:
        case Changes() if planned.plan.digest == run.plan.digest:
            return True
        case Changes():
            outcome.conflict(run, differs(run.plan, planned.plan), world)
        case Conflicted():
            outcome.conflict(run, planned.conflicts, world)
        case Compliant():
            outcome.conflict(run, (), world)
    return False


def _read(context: RunContext) -> Settings:
    with _stopping(context.recipe):
        return context.recipe.read(context.target, context.account)


def _write_all(run: Run, context: RunContext, world: World, *, begun: bool) -> Run:
    """Write every change that the journal does not have as done, in order, each between two marks.

    A run that was `begun` before reads each setting first, since its plan can no longer be compared as a whole.
    """
    for change in run.plan.changes:
        if run.journal.get(change.setting) == Mark.DONE:
            continue
        if begun and not _is_still_to_write(run, change, context):
            run = _mark(run, change.setting, Mark.DONE, context, world)
            continue
        reason = paused(run.plan.resource.account, world)
        if reason:
            raise Busy(reason, retry_after=60)
        run = _mark(run, change.setting, Mark.STARTED, context, world)
        _write(change, context)
        run = _mark(run, change.setting, Mark.DONE, context, world)
    return run


def _write(change: Change, context: RunContext) -> None:
    """Write one setting. After an error or a lost answer the setting is read, to know whether it was changed."""
    try:
        with _stopping(context.recipe):
            context.recipe.write(context.target, change.setting, change.after, context.account)
    except Stopped as cause:
        try:
            now = _read(context).get(change.setting, ABSENT)
        except (Stopped, Refusal):
            raise Stopped(f"{cause}; whether “{change.setting}” was changed is not known") from cause
        if same(now, change.before):
            raise Stopped(str(cause), unwritten=change.setting) from cause
        if not same(now, change.after):
            raise


def _is_still_to_write(run: Run, change: Change, context: RunContext) -> bool:
    """Return whether a change of a begun run is still to be written. Raises Refusal if somebody has changed it."""
    now = _read(context).get(change.setting, ABSENT)
    if same(now, change.before):
        return True
    if same(now, change.after) and change.setting in run.journal:
        return False
    raise Refusal(f"“{change.setting}” is neither as it was nor as approved; please look at it by hand")


def _mark(run: Run, setting: str, mark: Mark, context: RunContext, world: World) -> Run:
    """Write the journal. Raises Busy or Conflict if the lease is lost: then nothing more may be called."""
    if keys.stamp(world.clock.now()) >= run.lease_until:
        raise Busy("the lease of this run has ended", retry_after=1)
    marked = replace(run.marked(setting, mark), calls=tuple(context.calls))
    return runs.save(world.table, run, marked, due_at=run.lease_until)
