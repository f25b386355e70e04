"""Cases of `bot.remediations.sns.access_policy`."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from bot.remediations.sns.access_policy import CloseTopic
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.public_policies import PublicPolicyCase
from tests.remediations.contract import PLANTED, targeted


class APublicTopic(PublicPolicyCase):
    remediation = CloseTopic
    allowed, everything = "sns:Publish", "sns:GetTopicAttributes"
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"

    def make(self) -> Target:
        tags = [{"Key": "password", "Value": PLANTED}]
        plain_client("sns").create_topic(Name="alerts", Tags=tags)
        plain_client("sns").subscribe(TopicArn=self.arn, Protocol="email", Endpoint=f"{PLANTED}@example.com")
        self.put({"Version": "2008-10-17", "Statement": self.statements()})
        return targeted(CloseTopic, self.arn)

    def get(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(
            plain_client("sns").get_topic_attributes(TopicArn=self.arn)["Attributes"]["Policy"]
        )
        return document

    def put(self, document: dict[str, Any]) -> None:
        plain_client("sns").set_topic_attributes(
            TopicArn=self.arn, AttributeName="Policy", AttributeValue=json.dumps(document)
        )

    def destroy(self, target: Target) -> None:
        plain_client("sns").delete_topic(TopicArn=self.arn)
