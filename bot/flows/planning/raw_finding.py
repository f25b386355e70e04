"""A finding as its source sent it. It is not stored: Security Hub is asked for it, by the function that may read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.domain.errors import Unknown
from bot.domain.finding import Finding, SourceKind
from bot.slack.ids import AboutValue
from bot.store import findings, items
from bot.world import World

MAX_BYTES: Final = 150_000
"""Of documents in one message: SQS takes 256 KiB, and JSON in JSON grows."""


def fetch(body: Mapping[str, Any], world: World) -> None:
    """Ask Security Hub for a finding's documents, and hand them to the modal that waits. Raises Busy, BadInput."""
    value = AboutValue.parse(body["about"])
    finding = findings.load_finding(world.table, value.account, value.region, value.fid)
    text, about = _documents(finding, world) if finding else ("", "This finding is not stored here any more.")
    answer = {"kind": "sent", "about": value.text, "view_id": body["view_id"], "user": body["user"]}
    cut = text.encode()[:MAX_BYTES].decode(errors="ignore")
    note = f" It is longer than can be sent: cut after {len(cut):,} characters." if cut != text else ""
    world.queues.answers.send(answer | {"text": cut, "says": f"{about}{note}"})


def _documents(finding: Finding, world: World) -> tuple[str, str]:
    """The documents as text, and what they are."""
    hubs = [one for one in finding.sources.values() if one.kind is not SourceKind.CONFIG]
    ids = [(one.finding_id, one.product if one.kind is SourceKind.ASFF else "") for one in hubs]
    try:
        found = world.hub.findings_by_id(list(dict.fromkeys(ids))) if ids else []
    except Unknown as problem:
        return _kept(finding), f"Security Hub could not be asked ({problem}). This is what the bot has kept."
    if found:
        return "\n\n".join(_pretty(one) for one in found), "As Security Hub has it now (GetFindings)."
    reason = "Security Hub does not have it any more." if ids else "AWS Config sends a verdict and no document."
    return _kept(finding), f"{reason} This is what the bot has kept."


def _kept(finding: Finding) -> str:
    item = items.finding_item(finding)
    return _pretty(
        {name: value for name, value in item.items() if name not in {"pk", "sk", "form", "rev", "placed"} and value}
    )


def _pretty(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=str)
