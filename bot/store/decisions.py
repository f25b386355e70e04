"""Decisions: the signed request itself, put once, believed by nobody until `remediate` has verified it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.canonical import sha256
from bot.domain.errors import Conflict
from bot.domain.ports import ABSENT_ITEM, Put, Table, Update
from bot.store import keys


@dataclass(frozen=True)
class SignedRequest:
    """A request of Slack's, byte for byte as it came, with the two headers that prove it."""

    body: str
    timestamp: str
    signature: str

    @property
    def id(self) -> str:
        """The idempotency key: a hash of the signature, which covers body and time."""
        return sha256(self.signature)[:32]


def put_decision(table: Table, request: SignedRequest, case_id: str, now: str, due_at: str, refused: str = "") -> bool:
    """Put the request; False when it was there already (Slack's retry of the same click).

    One that was `refused` at once, with what the person was told, is kept for the record alone.
    Raises Conflict where it could not be kept: then whoever clicked must hear of it, or Slack send it again.
    """
    key = keys.decision(case_id, request.id)
    item: dict[str, Any] = {
        "pk": key.pk,
        "sk": key.sk,
        "body": request.body,
        "timestamp": request.timestamp,
        "signature": request.signature,
        "received": now,
        "due_pk": keys.due(request.id),
        "due_sk": due_at,
        "due_kind": "decision",
        **({"refused": refused} if refused else {}),
    }
    try:
        table.write([Put(item, when=ABSENT_ITEM)])
    except Conflict as conflict:
        if not conflict.failed:
            raise
        return False
    return True


def load_decision(table: Table, case_id: str, decision_id: str) -> tuple[SignedRequest, Mapping[str, Any]] | None:
    """The request and its item, or None."""
    item = table.get(keys.decision(case_id, decision_id))
    if item is None:
        return None
    return SignedRequest(str(item["body"]), str(item["timestamp"]), str(item["signature"])), item


def settle(case_id: str, decision_id: str, outcome: str) -> Update:
    """Note what came of a decision and that it is not due any more."""
    key = keys.decision(case_id, decision_id)
    return Update(key, sets={"outcome": outcome}, removes=("due_pk", "due_sk"))
