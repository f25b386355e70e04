"""Cases of `bot.remediations.sqs.encryption`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.sqs.encryption import EncryptQueue
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AQueueInTheClear(Case):
    remediation = EncryptQueue

    def make(self) -> Target:
        plain_client("sqs").create_queue(
            QueueName="orders", Attributes={"SqsManagedSseEnabled": "false"}, tags={"password": PLANTED}
        )
        return targeted(EncryptQueue, "arn:aws:sqs:eu-west-1:123456789012:orders")

    def edit_beside(self, target: Target) -> None:
        self._set(VisibilityTimeout="77")

    def beside(self, target: Target) -> Any:
        answer = plain_client("sqs").get_queue_attributes(QueueUrl=self._url(), AttributeNames=["VisibilityTimeout"])
        return answer["Attributes"]

    def edit_same(self, target: Target) -> None:
        self._set(KmsMasterKeyId="alias/acme")

    def destroy(self, target: Target) -> None:
        plain_client("sqs").delete_queue(QueueUrl=self._url())

    def _set(self, **attributes: str) -> None:
        plain_client("sqs").set_queue_attributes(QueueUrl=self._url(), Attributes=attributes)

    def _url(self) -> str:
        return str(plain_client("sqs").get_queue_url(QueueName="orders")["QueueUrl"])


class AQueueNamedByItsUrl(AQueueInTheClear):
    def make(self) -> Target:
        super().make()
        return targeted(EncryptQueue, self._url())
