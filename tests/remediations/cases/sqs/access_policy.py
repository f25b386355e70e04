"""Cases of `bot.remediations.sqs.access_policy`."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from bot.remediations.sqs.access_policy import CloseQueue
from tests.aws import plain_client
from tests.remediations.cases.public_policies import PublicPolicyCase
from tests.remediations.contract import PLANTED, targeted


class APublicQueue(PublicPolicyCase):
    remediation = CloseQueue
    allowed, everything = "sqs:SendMessage", "sqs:GetQueueAttributes"

    def make(self) -> Target:
        plain_client("sqs").create_queue(QueueName="orders", tags={"password": PLANTED})
        self.put({"Version": "2012-10-17", "Statement": self.statements()})
        return targeted(CloseQueue, self.url)

    @property
    def url(self) -> str:
        return str(plain_client("sqs").get_queue_url(QueueName="orders")["QueueUrl"])

    def get(self) -> dict[str, Any]:
        answer = plain_client("sqs").get_queue_attributes(QueueUrl=self.url, AttributeNames=["Policy"])
        document: dict[str, Any] = json.loads(answer["Attributes"]["Policy"])
        return document

    def put(self, document: dict[str, Any]) -> None:
        plain_client("sqs").set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": json.dumps(document)})

    def destroy(self, target: Target) -> None:
        plain_client("sqs").delete_queue(QueueUrl=self.url)
