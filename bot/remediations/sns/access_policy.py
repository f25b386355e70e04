"""Topics and queues: policies that let nobody in whom they do not name."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from bot.domain.plan import Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, gone_if, metric_value, pluralize, response_date
from bot.remediations.toolkit.resource_policy import Document, RestrictPublicPolicy

_NO_QUEUE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


class CloseTopic(RestrictPublicPolicy):
    """Let only this account, and whom the policy names, publish and subscribe."""

    title = "Close the topic to the public"
    problem = "Public topic"
    controls = ("SNS.4",)
    config_rules = ("SNS_TOPIC_NO_PUBLIC_ACCESS",)
    resource_type = "AWS::SNS::Topic"
    reads = ("cloudwatch:GetMetricData", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic")
    writes = ("sns:SetTopicAttributes",)

    def document(self, target: Target, aws: Account) -> Document:
        """The topic's policy."""
        return _document(_topic(aws, target)["Attributes"])

    def put(self, target: Target, document: Document, aws: Account) -> None:
        """Through the topic's attribute."""
        aws.client("sns").set_topic_attributes(
            TopicArn=target.resource.id, AttributeName="Policy", AttributeValue=json.dumps(document)
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who listens; who publishes cannot be seen."""
        yield evidence_of(f"Was anything published in {METRIC_DAYS} days?", lambda: _published(aws, target))
        yield evidence_of("Who listens?", lambda: _subscriptions(aws, target))
        yield Evidence("Does another account, or an AWS service, come in as the public?", "not known", known=False)


class CloseQueue(RestrictPublicPolicy):
    """Let only this account, and whom the policy names, send and receive."""

    title = "Close the queue to the public"
    problem = "Public queue"
    controls = ("SQS.3",)
    config_rules = ("SQS_QUEUE_NO_PUBLIC_ACCESS",)
    resource_type = "AWS::SQS::Queue"
    reads = ("cloudwatch:GetMetricData", "sqs:GetQueueAttributes", "sqs:GetQueueUrl")
    writes = ("sqs:SetQueueAttributes",)

    def document(self, target: Target, aws: Account) -> Document:
        """The queue's policy."""
        sqs = aws.client("sqs")
        with gone_if(*_NO_QUEUE):
            answer = sqs.get_queue_attributes(QueueUrl=_url(sqs, target), AttributeNames=["Policy"])
        return _document(answer.get("Attributes", {}))

    def put(self, target: Target, document: Document, aws: Account) -> None:
        """Through the queue's attribute, which takes up to a minute to hold everywhere (API_SetQueueAttributes)."""
        sqs = aws.client("sqs")
        sqs.set_queue_attributes(QueueUrl=_url(sqs, target), Attributes={"Policy": json.dumps(document)})

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The queue's ARN."""
        where = target.resource
        return (f"arn:{where.partition}:sqs:{where.region}:{where.account}:{_queue(target)}",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether it is in use; who sends cannot be seen."""
        yield evidence_of(f"Was anything sent in {METRIC_DAYS} days?", lambda: _sent(aws, target))
        yield Evidence("Does another account, or an AWS service, come in as the public?", "not known", known=False)


def _document(attributes: dict[str, str]) -> Document:
    document: Document = json.loads(attributes.get("Policy") or "{}")
    return document


def _topic(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NotFound", "NotFoundException"):
        answer: dict[str, Any] = aws.client("sns").get_topic_attributes(TopicArn=target.resource.id)
    return answer


def _published(aws: Account, target: Target) -> str:
    named, topic = ("AWS/SNS", "NumberOfMessagesPublished"), ("TopicName", target.resource.name)
    return _messages(metric_value(aws.client("cloudwatch"), named, topic, "Sum", response_date(_topic(aws, target))))


def _subscriptions(aws: Account, target: Target) -> str:
    pages = aws.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=target.resource.id)
    found = [one for page in pages for one in page["Subscriptions"]]
    foreign = sum(one["Owner"] not in {"", target.resource.account} for one in found)
    kinds = [pluralize(number, kind) for kind, number in sorted(Counter(one["Protocol"] for one in found).items())]
    return (", ".join(kinds) or "nobody") + (f"; {foreign} of other accounts, which stay" if foreign else "")


def _queue(target: Target) -> str:
    """The queue's name, also where a source names it by a URL of its own form."""
    return re.split(r"[/:]", target.resource.id)[-1]


def _url(sqs: Any, target: Target) -> str:
    return str(sqs.get_queue_url(QueueName=_queue(target), QueueOwnerAWSAccountId=target.resource.account)["QueueUrl"])


def _sent(aws: Account, target: Target) -> str:
    sqs = aws.client("sqs")
    answer = sqs.get_queue_attributes(QueueUrl=_url(sqs, target), AttributeNames=["Policy"])
    named, queue = ("AWS/SQS", "NumberOfMessagesSent"), ("QueueName", _queue(target))
    return _messages(metric_value(aws.client("cloudwatch"), named, queue, "Sum", response_date(answer)))


def _messages(number: int | None) -> str:
    if number is None:
        return "CloudWatch has no figures"
    return f"yes: {pluralize(number, 'message')}" if number else "no"
