"""Plan the undo of a run: compare what it has changed with the current settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.canonical import encode
from bot.domain.errors import Refusal, ResourceGone, Unknown
from bot.domain.history import HistoryEvent
from bot.domain.manifest import Manifest
from bot.domain.plan import Changes, Compliant, Conflicted, Plan, SettingConflict, joined, undo
from bot.domain.ports import Call, Recorder
from bot.domain.remediation import Remediation
from bot.domain.run import Run, RunKind
from bot.domain.target import CaseTarget
from bot.flows.planning.read_account import read_settings
from bot.messages import FillUndoPreview, PreviewUndo, UndoConflict, UndoProblem, send
from bot.remediations.catalogue import catalogue
from bot.store import audit, cases, keys, runs
from bot.world import World

MAX_FIXES: Final = 10
"""Fixes that one undo reverts: as many as a modal can show in full."""


def preview(message: PreviewUndo, world: World) -> None:
    """Plan the undo of a case's fixes with read-only calls, and request that the open modal is filled with it.

    The answer contains the manifest of what can be undone ('' for nothing), and what cannot, with the reason.
    """
    case_id = message.case_id
    rows: dict[str, Plan] = {}
    run_of: dict[str, str] = {}
    problems: list[UndoProblem] = []
    for target in _undoable(case_id, message.target_ids, world):
        calls: list[Call] = []
        try:
            outcome = plan_undo(target, fix_run_of(target, world), world, calls.append)
        except (Unknown, Refusal, ResourceGone) as reason:
            problems.append(_problem(target, str(reason) or "the resource does not exist any more"))
            continue
        finally:
            _record_preview(target, message.user_id, calls, world)
        match outcome:
            case Conflicted():
                problems.append(_problem(target, conflicts=outcome.conflicts))
            case Compliant():
                problems.append(_problem(target, "every setting is as it was before the fix already"))
            case Changes():
                rows[target.target_id], run_of[target.target_id] = outcome.plan, target.attempt.fix_run
    shown = _undo_manifest(case_id, rows, run_of, world)
    answer = FillUndoPreview(case_id=case_id, view_id=message.view_id, manifest=shown, problems=tuple(problems))
    send(answer, world.queues)


def _problem(target: CaseTarget, reason: str = "", conflicts: Sequence[SettingConflict] = ()) -> UndoProblem:
    """Encode the conflicts' values: JSON has no form for an absent value or a secret."""
    encoded = tuple(
        UndoConflict(setting=one.setting, before=encode(one.before), after=encode(one.after), now=encode(one.now))
        for one in conflicts
    )
    return UndoProblem(target_id=target.target_id, reason=reason, conflicts=encoded)


def _record_preview(target: CaseTarget, user: str, calls: Sequence[Call], world: World) -> None:
    """Record in the audit for whom the account was read: a preview changes no state."""
    now = keys.stamp(world.clock.now())
    entry = audit.Entry(
        at=now,
        what=HistoryEvent.UNDO_PREVIEWED,
        identity=(HistoryEvent.UNDO_PREVIEWED, target.case_id, target.target_id, user, now),
        who=user,
        before=target.state,
        after=target.state,
        calls=tuple(map(str, calls)),
    ).of(target)
    audit.note(world.table, entry)


def _undo_manifest(case_id: str, rows: Mapping[str, Plan], run_of: Mapping[str, str], world: World) -> str:
    if not rows:
        return ""
    manifest = Manifest(
        case_id,
        "undo",
        rows=tuple((target_id, plan.digest) for target_id, plan in rows.items()),
        plans={target_id: plan.text for target_id, plan in rows.items()},
        run_of=run_of,
    )
    cases.put_manifest(world.table, manifest)
    return manifest.hash


def _undoable(case_id: str, target_ids: Sequence[str], world: World) -> list[CaseTarget]:
    targets = [target for target in cases.load_targets(world.table, case_id) if target.undoable]
    return [target for target in targets if not target_ids or target.target_id in target_ids][:MAX_FIXES]


def fix_run_of(target: CaseTarget, world: World) -> Run:
    """Return the run that fixed this target. Raises Refusal when there is none."""
    run = runs.load_run(world.table, target.attempt.fix_run)
    if run is None or run.kind is not RunKind.FIX:
        raise Refusal("the bot changed nothing here")
    return run


def plan_undo(target: CaseTarget, run: Run, world: World, record: Recorder) -> Changes | Compliant | Conflicted:
    """Return the plan that reverts a run, compared with the current settings. Raises Unknown, ResourceGone, Refusal."""
    recipe = recipe_of(run)
    now = read_settings(recipe, target.for_remediation(run.plan.params), world, record)
    applied = applied_changes(run, world)
    return undo(applied, [change.setting for change in applied.changes], now)


def applied_changes(run: Run, world: World) -> Plan:
    """Return the changes that a run has written, and those of the failed run that it continues, as one plan."""
    own = tuple(change for change in run.plan.changes if change.setting in run.applied)
    earlier = runs.load_run(world.table, run.continues) if run.continues else None
    if earlier is None or not _same_target(earlier, run):
        return replace(run.plan, changes=own)
    return replace(run.plan, changes=joined(applied_changes(earlier, world).changes, own))


def _same_target(earlier: Run, run: Run) -> bool:
    """Verify the continued run: its id comes from the target, which other functions may write, unlike the runs."""
    before, after = earlier.plan, run.plan
    same_target = (earlier.case_id, earlier.target_id, earlier.kind) == (run.case_id, run.target_id, run.kind)
    return same_target and (before.remediation, before.revision, before.resource) == (
        after.remediation,
        after.revision,
        after.resource,
    )


def recipe_of(run: Run) -> Remediation:
    """Return the recipe of a run, at the approved revision. Raises Refusal when the catalogue has a newer revision."""
    recipe = catalogue().by_id.get(run.plan.remediation)
    if recipe is None or recipe.revision != run.plan.revision:
        raise Refusal("this remediation has changed its meaning since; it must be looked at by hand")
    return recipe
