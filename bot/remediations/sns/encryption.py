"""Topics and queues: encrypted at rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.statements import sorted_strings, statements_of

_KEY: Final = "KMS key"
_AT_REST: Final = "encryption at rest"
OWN: Final = "SQS-managed key"


class EncryptTopic(Remediation):
    """Encrypt what a topic stores with a KMS key; a topic that has a key keeps it.

    AWS services cannot publish to a topic under alias/aws/sns, because its key policy cannot be changed (Amazon SNS
    Developer Guide, "Configuring permissions for a topic with an AWS managed key"): hence the evidence.
    """

    title = "Encrypt the topic"
    problem = "Topic without encryption"
    controls = ("SNS.1",)
    config_rules = ("SNS_ENCRYPTED_KMS",)
    resource_type = "AWS::SNS::Topic"
    effects = (Effect.CUTS_TRAFFIC, Effect.COSTS_MONEY)
    reads = ("sns:GetTopicAttributes",)
    writes = ("sns:SetTopicAttributes",)
    params: ClassVar[Mapping[str, Param]] = {"kmsMasterKeyId": Param("alias/aws/sns", "the key to encrypt with")}

    def read(self, target: Target, aws: Account) -> Settings:
        """The topic's key."""
        return {_KEY: _topic(aws, target).get("KmsMasterKeyId") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Its own key, else the policy's."""
        return {**settings, _KEY: params["kmsMasterKeyId"]} if settings[_KEY] is ABSENT else dict(settings)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """SNS takes away the key when it is given the empty text."""
        aws.client("sns").set_topic_attributes(
            TopicArn=target.resource.id,
            AttributeName="KmsMasterKeyId",
            AttributeValue="" if value is ABSENT else value,
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who publishes."""
        yield evidence_of("Do AWS services publish to it?", lambda: _services(aws, target))
        yield Evidence("May the other publishers use the key?", "not known", known=False)


def _topic(aws: Account, target: Target) -> dict[str, str]:
    with gone_if("NotFound", "NotFoundException"):
        answer: dict[str, str] = aws.client("sns").get_topic_attributes(TopicArn=target.resource.id)["Attributes"]
    return answer


def _services(aws: Account, target: Target) -> str:
    document = json.loads(_topic(aws, target).get("Policy") or "{}")
    named = [one["Principal"] for one in statements_of(document) if isinstance(one.get("Principal"), dict)]
    services = sorted({service for who in named if "Service" in who for service in sorted_strings(who["Service"])})
    return f"yes: {', '.join(services)} need the right to use the key" if services else "none by its policy"


class EncryptQueue(Remediation):
    """Encrypt what a queue stores, by default with SQS's own key, which costs nothing and needs no rights."""

    title = "Encrypt the queue"
    problem = "Queue without encryption"
    controls = ("SQS.1",)
    resource_type = "AWS::SQS::Queue"
    reads = ("sqs:GetQueueAttributes", "sqs:GetQueueUrl")
    writes = ("sqs:SetQueueAttributes",)
    params: ClassVar[Mapping[str, Param]] = {"key": Param(OWN, f"`{OWN}`, or the id of a KMS key")}

    def read(self, target: Target, aws: Account) -> Settings:
        """By which key, if any."""
        sqs = aws.client("sqs")
        wanted = ["KmsMasterKeyId", "SqsManagedSseEnabled"]
        answer = sqs.get_queue_attributes(QueueUrl=_url(sqs, target), AttributeNames=wanted)
        attributes = answer.get("Attributes", {})
        own = OWN if attributes.get("SqsManagedSseEnabled") == "true" else ABSENT
        return {_AT_REST: attributes.get("KmsMasterKeyId") or own}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Its own key, else the policy's."""
        return {**settings, _AT_REST: params["key"]} if settings[_AT_REST] is ABSENT else dict(settings)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """The two kinds of encryption exclude one another."""
        sqs = aws.client("sqs")
        own = {"SqsManagedSseEnabled": "false" if value is ABSENT else "true"}
        attributes = own if value is ABSENT or value == OWN else {"KmsMasterKeyId": value}
        sqs.set_queue_attributes(QueueUrl=_url(sqs, target), Attributes=attributes)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The queue's ARN, also where a source names it by its URL."""
        where = target.resource
        return (f"arn:{where.partition}:sqs:{where.region}:{where.account}:{_name(target)}",)


def _name(target: Target) -> str:
    return re.split(r"[/:]", target.resource.id)[-1]


def _url(sqs: Any, target: Target) -> str:
    with gone_if("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"):
        answer = sqs.get_queue_url(QueueName=_name(target), QueueOwnerAWSAccountId=target.resource.account)
    return str(answer["QueueUrl"])
