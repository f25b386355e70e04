"""Verify a written run: read its settings back with the read-only role, with back-off, until its deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.canonical import ABSENT, same
from bot.domain.errors import Refusal, ResourceGone, Unknown
from bot.domain.plan import Compliant, Evidence, Gone
from bot.domain.ports import Call, Recorder
from bot.domain.run import Run, RunKind, RunState
from bot.flows.cases.transition import load
from bot.flows.execution import outcome
from bot.flows.planning.read_account import read_outcome, read_settings
from bot.flows.planning.undo import recipe_of
from bot.messages import VerifyRun, send
from bot.store import keys, runs
from bot.world import World

LONGEST_WAIT: Final = 300
"""The most seconds between two read-backs."""


def verify(message: VerifyRun, world: World) -> None:
    """Read a written run's settings back once. A read that fails is never proof; it is tried again."""
    run, attempt = runs.load_run(world.table, message.run_id), message.attempt
    if run is None or run.state is not RunState.WRITTEN:
        return
    calls: list[Call] = []
    try:
        evidence = _proof(run, world, calls.append)
    except ResourceGone:
        outcome.resource_gone(run, world, calls)
        return
    except (Unknown, Refusal) as reason:
        _retry_or_fail(run, f"the settings could not be read back: {reason}", attempt, calls, world)
        return
    if evidence is None:
        _retry_or_fail(run, "the settings were written but do not read back as they should", attempt, calls, world)
        return
    outcome.proved(run, evidence, calls, world)


def _proof(run: Run, world: World, record: Recorder) -> tuple[Evidence, ...] | None:
    """Return the evidence that was read with the proof, or None while the settings are not right."""
    recipe = recipe_of(run)
    _, target = load(run.case_id, run.target_id, world)
    recipe_target = replace(target.for_remediation(run.plan.params), resource=run.plan.resource)
    if run.kind is RunKind.UNDO:
        now = read_settings(recipe, recipe_target, world, record)
        back = all(same(now.get(change.setting, ABSENT), change.after) for change in run.plan.changes)
        return () if back else None
    found = read_outcome(recipe, recipe_target, world, record)
    if isinstance(found, Gone):
        raise ResourceGone(run.plan.resource.id)
    return found.evidence if isinstance(found, Compliant) else None


def _retry_or_fail(run: Run, reason: str, attempt: int, calls: Sequence[Call], world: World) -> None:
    if keys.stamp(world.clock.now()) >= run.deadline:
        outcome.failed(run.id, reason, calls, world)
        return
    outcome.verify_pending(run, reason, calls, world)
    wait = min(LONGEST_WAIT, 2 ** (attempt + 1))
    send(VerifyRun(run_id=run.id, attempt=attempt + 1), world.queues, delay=wait)
