"""Read member accounts and Security Hub: plans, evidence, undo previews, reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot import messages
from bot.flows.ingestion import recheck, reconcile, reevaluate
from bot.flows.planning import plan, raw_finding, reachability, undo
from bot.runtime.dispatch import Flows, handle_batch
from bot.world import World

FLOWS: Final[Flows] = {
    messages.PlanTarget: plan.plan_target,
    messages.PreviewUndo: undo.preview,
    messages.FetchRawFinding: raw_finding.fetch,
    messages.CheckAccountAccess: reachability.check,
    messages.RecheckFinding: recheck.recheck,
    messages.ReassignFindings: reevaluate.reassign,
    messages.RedrawCards: reevaluate.redraw,
    messages.StartReconciliation: reconcile.start,
    messages.ReconcileStep: reconcile.step,
}


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Handle a batch of messages; those that failed are retried."""
    return handle_batch("plan", event, FLOWS, world)
