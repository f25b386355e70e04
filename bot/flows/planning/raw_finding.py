"""Fetch a finding's documents from Security Hub, which are not stored, in the function that may read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.domain.errors import Unknown
from bot.domain.finding import Finding, SourceKind
from bot.messages import FetchRawFinding, FillRawFinding, send
from bot.slack.ids import DetailsValue
from bot.store import findings, items
from bot.world import World

MAX_BYTES: Final = 150_000
"""Size of the documents in one message: SQS allows 256 KiB, and JSON inside JSON grows."""


def fetch(message: FetchRawFinding, world: World) -> None:
    """Fetch a finding's documents and request that the open modal is filled with them. Raises Busy, BadInput."""
    value = DetailsValue.parse(message.subject)
    finding = findings.load_finding(world.table, value.account, value.region, value.fid)
    text, about = _documents(finding, world) if finding else ("", "This finding is not stored here any more.")
    cut = text.encode()[:MAX_BYTES].decode(errors="ignore")
    note = f" It is longer than can be sent: cut after {len(cut):,} characters." if cut != text else ""
    answer = FillRawFinding(
        subject=value.text, view_id=message.view_id, user_id=message.user_id, text=cut, note=f"{about}{note}"
    )
    send(answer, world.queues)


def _documents(finding: Finding, world: World) -> tuple[str, str]:
    """Return the documents as text, and a note on their source."""
    sources = [one for one in finding.sources.values() if one.kind is not SourceKind.CONFIG]
    ids = [(one.finding_id, one.product if one.kind is SourceKind.ASFF else "") for one in sources]
    try:
        found = world.hub.findings_by_id(list(dict.fromkeys(ids))) if ids else []
    except Unknown as problem:
        return _stored_document(finding), f"Security Hub could not be asked ({problem}). This is what the bot has kept."
    if found:
        return "\n\n".join(_pretty(one) for one in found), "As Security Hub has it now (GetFindings)."
    reason = "Security Hub does not have it any more." if ids else "AWS Config sends a verdict and no document."
    return _stored_document(finding), f"{reason} This is what the bot has kept."


def _stored_document(finding: Finding) -> str:
    item = items.finding_item(finding)
    return _pretty(
        {name: value for name, value in item.items() if name not in {"pk", "sk", "form", "rev", "placed"} and value}
    )


def _pretty(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=str)
