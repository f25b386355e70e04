"""Run scheduled jobs: the sweep, digests, snapshots, reconciliation, the audit export, metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.flows.ingestion import reconcile
from bot.flows.jobs import audit_archive, sweep
from bot.flows.posture import digest, metrics, snapshot
from bot.runtime.bootstrap import world_for
from bot.runtime.dispatch import Jobs, run_job
from bot.runtime.metrics import emit
from bot.world import World


def _export(world: World) -> None:
    try:
        audit_archive.export(world)
    finally:
        emit([audit_archive.export_lag(world)])


JOBS: Final[Jobs] = {
    "sweep": sweep.sweep,
    "snapshot": snapshot.take,
    "digest": digest.tick,
    "inventory": reconcile.resume,
    "reconcile": reconcile.weekly,
    "recount": reconcile.nightly,
    "export": _export,
    "measure": lambda world: emit(metrics.measure(world)),
}


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> None:
    """Run the job that the schedule names. Its errors are raised: the next call is the retry."""
    run_job(event["job"], JOBS, world or world_for("schedule"))
