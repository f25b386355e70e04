"""Cases of `bot.remediations.sns.encryption`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.sns.encryption import EncryptTopic
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class ATopicInTheClear(Case):
    remediation = EncryptTopic

    def make(self) -> Target:
        made = plain_client("sns").create_topic(
            Name="alarms", Attributes={"DisplayName": PLANTED}, Tags=[{"Key": "password", "Value": PLANTED}]
        )
        return targeted(EncryptTopic, made["TopicArn"])

    def edit_beside(self, target: Target) -> None:
        self._set(target, "DisplayName", "alarms of production")

    def beside(self, target: Target) -> Any:
        answer = plain_client("sns").get_topic_attributes(TopicArn=target.resource.id)
        return answer["Attributes"]["DisplayName"]

    def edit_same(self, target: Target) -> None:
        self._set(target, "KmsMasterKeyId", "alias/acme")

    def destroy(self, target: Target) -> None:
        plain_client("sns").delete_topic(TopicArn=target.resource.id)

    def _set(self, target: Target, name: str, value: str) -> None:
        plain_client("sns").set_topic_attributes(TopicArn=target.resource.id, AttributeName=name, AttributeValue=value)
