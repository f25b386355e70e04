"""Judge decisions, execute runs and verify them: the only function that may change a member account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot import messages
from bot.flows.decisions import automatic, decide, exemption_expiry
from bot.flows.execution import execute, verify
from bot.flows.jobs import security_hub
from bot.runtime.dispatch import Flows, handle_batch
from bot.world import World

FLOWS: Final[Flows] = {
    messages.JudgeDecision: decide.decide,
    messages.ApproveAutomatically: automatic.approve,
    messages.ExemptionDue: exemption_expiry.announce_or_end,
    messages.UpdateSecurityHub: security_hub.update,
    messages.ExecuteRun: execute.execute,
    messages.VerifyRun: verify.verify,
}


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Handle a batch of messages; those that failed are retried."""
    return handle_batch("remediate", event, FLOWS, world)
