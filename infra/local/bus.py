"""Delivery of events from the customers' accounts to the bot's EventBridge."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from infra.local.overlay import source_of

Event = Mapping[str, Any]

_KEPT: Final = 60
_NO_EVENT: Final = "an event needs the texts 'source' and 'detail-type', as EventBridge delivers it"


class Bus:
    """Puts events on the default bus, and other accounts' Config events on the bus that they are forwarded to."""

    def __init__(self, events: Any, own_account: str, forwarded_bus: str) -> None:
        self._events = events
        self._own_account = own_account
        self._forwarded_bus = forwarded_bus
        self._lock = threading.Lock()
        self._last: deque[dict[str, str]] = deque(maxlen=_KEPT)
        self.sent = 0

    def put(self, event: Event) -> None:
        """Send one event in EventBridge's delivery format. Raises ValueError for one that EventBridge cannot carry."""
        if not isinstance(event.get("source"), str) or not isinstance(event.get("detail-type"), str):
            raise ValueError(_NO_EVENT)  # noqa: TRY004 - a wrong event, not a wrong call
        forwarded = event["source"] == "aws.config" and event.get("account") != self._own_account
        answer = self._events.put_events(
            Entries=[
                {
                    "Source": source_of(event["source"]),
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event),
                    "EventBusName": self._forwarded_bus if forwarded else "default",
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise ValueError(f"EventBridge refused the event: {answer['Entries'][0].get('ErrorMessage')}")
        with self._lock:
            self.sent += 1
            self._last.appendleft({"at": datetime.now(UTC).isoformat(timespec="seconds"), "text": _line(event)})

    def last(self) -> list[dict[str, str]]:
        """Return the last events as display lines, newest first."""
        with self._lock:
            return list(self._last)


def _line(event: Event) -> str:
    detail = event.get("detail")
    findings = detail.get("findings") if isinstance(detail, dict) else None
    if findings and isinstance(findings, list) and isinstance(findings[0], dict):
        return _finding_line(findings[0])
    if isinstance(detail, dict) and isinstance(detail.get("newEvaluationResult"), dict):
        verdict = detail["newEvaluationResult"].get("complianceType", "?")
        return f"Config · {detail.get('configRuleName', '?')} {verdict} · {detail.get('resourceId', '?')}"
    return f"{event['source']} · {event['detail-type']}"


def _finding_line(finding: Mapping[str, Any]) -> str:
    compliance, resources = finding.get("Compliance") or {}, finding.get("Resources") or [{}]
    words = [compliance.get("SecurityControlId", ""), compliance.get("Status", ""), str(resources[0].get("Id", ""))]
    return " · ".join(["Security Hub", *(word.rsplit(":", 1)[-1] for word in words if word)])
