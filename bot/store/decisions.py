"""Decisions: the signed requests, put once, and trusted only after `remediate` has verified them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bot.domain.canonical import sha256
from bot.domain.errors import Conflict
from bot.domain.ports import ABSENT_ITEM, Put, Table, Update, Write
from bot.store import keys

LOST_AFTER: Final = timedelta(seconds=60)
"""The time after which the sweep assumes that a pending reply was lost, and has it sent."""


@dataclass(frozen=True)
class SignedRequest:
    """A request from Slack, byte for byte, with the two headers that prove it."""

    body: str
    timestamp: str
    signature: str

    @property
    def id(self) -> str:
        """The idempotency key: a hash of the signature, which covers body and time."""
        return sha256(self.signature)[:32]


def put_decision(table: Table, request: SignedRequest, case_id: str, now: str, due_at: str, refused: str = "") -> bool:
    """Store the request. Returns return False if it was stored before (Slack's retry of the same click).

    A request that was `refused` at once, with the reply to the person, is stored for the record alone.
    Raises Conflict when it could not be stored: then the person must be notified, or Slack send it again.
    """
    key = keys.decision(case_id, request.id)
    item: dict[str, Any] = {
        "pk": key.pk,
        "sk": key.sk,
        "body": request.body,
        "timestamp": request.timestamp,
        "signature": request.signature,
        "received": now,
        **_due(request.id, due_at),
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
    item = table.get(keys.decision(case_id, decision_id))
    if item is None:
        return None
    return SignedRequest(str(item["body"]), str(item["timestamp"]), str(item["signature"])), item


def record_outcome(case_id: str, decision_id: str, outcome: str, reply: Mapping[str, Any], now: str) -> list[Write]:
    """Return the writes of a decision's outcome, once, and of the reply to it, which is due until it is sent."""
    key, judged = keys.decision(case_id, decision_id), keys.judged(case_id, decision_id)
    once = Put({"pk": judged.pk, "sk": judged.sk, "at": now, "reply": dict(reply)}, when=ABSENT_ITEM)
    if not reply:
        return [Update(key, sets={"outcome": outcome}, removes=_DUE), once]
    due_at = keys.stamp(keys.parse(now) + LOST_AFTER)
    return [Update(key, sets={"outcome": outcome, **_due(decision_id, due_at)}), once]


def pending_reply(table: Table, case_id: str, decision_id: str) -> Mapping[str, Any] | None:
    """Return the reply that is still to be sent for a decision, empty for none; None before it was judged.

    Only `remediate` may write its key: a notification of an approval in somebody's name is an alarm.
    """
    item = table.get(keys.judged(case_id, decision_id))
    return None if item is None else dict(item.get("reply", {}))


def reply_sent(case_id: str, decision_id: str) -> list[Write]:
    """Return the writes after the reply has been sent."""
    key, judged = keys.decision(case_id, decision_id), keys.judged(case_id, decision_id)
    return [Update(key, removes=_DUE), Update(judged, removes=("reply",))]


_DUE: Final = ("due_pk", "due_sk", "due_kind")


def _due(decision_id: str, at: str) -> dict[str, str]:
    return {"due_pk": keys.due(decision_id), "due_sk": at, "due_kind": "decision"}
