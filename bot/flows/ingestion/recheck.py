"""Read a finding from Security Hub again, where two updates of one source have the same time."""

from __future__ import annotations

from bot.flows.ingestion import ingest
from bot.messages import RecheckFinding
from bot.world import World


def recheck(message: RecheckFinding, world: World) -> None:
    """Read the finding from Security Hub and store its state. Raises Busy, Unknown."""
    for document in world.hub.findings_by_id([(message.finding_id, message.product_arn)]):
        ingest.observe(ingest.read_event(document, world).observations, world)
