"""Sample consumer of the bot's events: a rule on its bus, a queue, and the last events."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

PATTERN: Final = {"source": ["cspm-bot"], "detail-type": ["cspm.case"]}
_NAME: Final = "local-consumer"
_KEPT: Final = 60


class Consumer:
    """Receives every event of the bus."""

    def __init__(self, events: Any, sqs: Any, bus: str) -> None:
        self._sqs = sqs
        self._lock = threading.Lock()
        self._last: deque[dict[str, str]] = deque(maxlen=_KEPT)
        self._queue = sqs.create_queue(QueueName=_NAME)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        rule = events.put_rule(Name=_NAME, EventBusName=bus, EventPattern=json.dumps(PATTERN))["RuleArn"]
        self._allow(arn, rule)
        events.put_targets(Rule=_NAME, EventBusName=bus, Targets=[{"Id": _NAME, "Arn": arn}])

    def _allow(self, queue: str, rule: str) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy})

    def last(self) -> list[dict[str, str]]:
        """Return the last events as display lines, newest first."""
        with self._lock:
            while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    self._last.appendleft(_line(json.loads(message["Body"])))
                    self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
            return list(self._last)


def _line(event: Mapping[str, Any]) -> dict[str, str]:
    detail = event["detail"]
    moved = f"{detail['from'] or 'new'} → {detail['to']}"
    words = [event["detail-type"], moved, detail["resource"].rsplit(":", 1)[-1], detail["step"], detail["who"]]
    return {"at": event["time"], "text": " · ".join(word for word in words if word)}
