"""BatchUpdateFindings and BatchUpdateFindingsV2, a hundred findings a call."""

from __future__ import annotations

from typing import Any, Final

from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.domain.errors import Busy, Unknown
from bot.domain.ports import HubUpdate

MAX_NOTE: Final = 512
"""Characters of a note's text and of its author (AWS, BatchUpdateFindings, NoteUpdate), and of a V2 comment."""

_BATCH: Final = 100
_STATUS_ID: Final = {"NEW": 1, "NOTIFIED": 2, "SUPPRESSED": 3}
"""Workflow → OCSF's status_id, as BatchUpdateFindingsV2 takes it: 2 is In Progress."""


def send(client: Any, update: HubUpdate) -> dict[str, str]:
    """Update the findings; return the rejected ids with Security Hub's error codes. Raises Busy, Unknown."""
    try:
        return {**_findings(client, update), **_records(client, update)}
    except AWS_ERRORS as problem:
        code = code_of(problem)
        if code in THROTTLES:
            raise Busy("Security Hub throttles BatchUpdateFindings", retry_after=5) from problem
        raise Unknown(f"Security Hub rejects the update: {code}: {message_of(problem)}") from problem


def _findings(client: Any, update: HubUpdate) -> dict[str, str]:
    refused: dict[str, str] = {}
    more = {"Workflow": {"Status": update.workflow}} if update.workflow else {}
    for start in range(0, len(update.findings), _BATCH):
        some = update.findings[start : start + _BATCH]
        answer = client.batch_update_findings(
            FindingIdentifiers=[{"Id": own_id, "ProductArn": product} for own_id, product in some],
            Note={"Text": update.note[:MAX_NOTE], "UpdatedBy": update.author[:MAX_NOTE]},
            **more,
        )
        refused |= {one["FindingIdentifier"]["Id"]: one["ErrorCode"] for one in answer["UnprocessedFindings"]}
    return refused


def _records(client: Any, update: HubUpdate) -> dict[str, str]:
    refused: dict[str, str] = {}
    more = {"StatusId": _STATUS_ID[update.workflow]} if update.workflow else {}
    for start in range(0, len(update.records), _BATCH):
        answer = client.batch_update_findings_v2(
            MetadataUids=list(update.records[start : start + _BATCH]),
            Comment=f"{update.author}: {update.note}"[:MAX_NOTE],
            **more,
        )
        refused |= {one.get("MetadataUid", ""): one["ErrorCode"] for one in answer["UnprocessedFindings"]}
    return refused
