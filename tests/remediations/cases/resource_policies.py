# ruff: noqa: ARG002 - a case knows its resource without the target
"""Policies that let everybody in."""

from __future__ import annotations

import json
from abc import abstractmethod
from typing import Any

from bot.domain.plan import Target
from bot.remediations.kms.key_policy import CloseKey
from bot.remediations.sns.access_policy import CloseTopic
from bot.remediations.sqs.access_policy import CloseQueue
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted

_PARTNER = "arn:aws:iam::444455556666:root"


class _APublicPolicy(Case):
    """A statement with a Sid, one without, and others' beside them."""

    allowed: str
    everything: str

    @abstractmethod
    def get(self) -> dict[str, Any]:
        """The policy."""

    @abstractmethod
    def put(self, document: dict[str, Any]) -> None:
        """Replace the policy."""

    def statements(self) -> list[dict[str, Any]]:
        owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Resource": "*"}
        fixed = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        return [
            {**owner, "Sid": PLANTED, "Action": self.everything},
            {**owner, "Sid": "Open", "Principal": "*", "Action": self.allowed},
            {**owner, "Principal": {"AWS": ["*", _PARTNER]}, "Action": [self.allowed]},
            {**owner, "Sid": "Ours", "Principal": "*", "Action": self.allowed, "Condition": fixed},
        ]

    def _edited(self, sid: str, **change: Any) -> None:
        document = self.get()
        document["Statement"] = [{**one, **change} if one.get("Sid") == sid else one for one in document["Statement"]]
        self.put(document)

    def edit_beside(self, target: Target) -> None:
        document = self.get()
        theirs = {**self.statements()[0], "Sid": "Theirs", "Principal": {"AWS": _PARTNER}}
        self.put({**document, "Id": "theirs", "Statement": [theirs, *document["Statement"]]})

    def beside(self, target: Target) -> Any:
        document = self.get()
        return document.get("Id"), [
            one for one in document["Statement"] if one.get("Sid") in {"Theirs", PLANTED, "Ours"}
        ]

    def edit_same(self, target: Target) -> None:
        self._edited("Open", Principal={"AWS": _PARTNER})


class APublicTopic(_APublicPolicy):
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


class APublicQueue(_APublicPolicy):
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


class APublicKey(_APublicPolicy):
    remediation = CloseKey
    allowed, everything = "kms:Decrypt", "kms:*"
    key = ""

    def make(self) -> Target:
        tags = [{"TagKey": "password", "TagValue": PLANTED}]
        made = plain_client("kms").create_key(Description=PLANTED, Tags=tags)["KeyMetadata"]
        self.key = made["KeyId"]
        self.put({"Version": "2012-10-17", "Statement": self.statements()})
        plain_client("kms").create_grant(KeyId=self.key, GranteePrincipal=_PARTNER, Operations=["Decrypt"])
        return targeted(CloseKey, made["Arn"])

    def get(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(
            plain_client("kms").get_key_policy(KeyId=self.key, PolicyName="default")["Policy"]
        )
        return document

    def put(self, document: dict[str, Any]) -> None:
        plain_client("kms").put_key_policy(KeyId=self.key, PolicyName="default", Policy=json.dumps(document))

    def destroy(self, target: Target) -> None:
        plain_client("kms").schedule_key_deletion(KeyId=self.key)
