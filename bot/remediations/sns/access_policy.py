"""Restrict SNS topics that are open to the public."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from bot.domain.plan import Evidence, Target
from bot.domain.ports import Account
from bot.remediations.sns.topics import describe_topic, topic_attributes
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, pluralize, response_date
from bot.remediations.toolkit.messaging import message_count, policy_of
from bot.remediations.toolkit.resource_policy import Document, RestrictPublicPolicy


class CloseTopic(RestrictPublicPolicy):
    """Let only this account, and the principals that the policy names, publish and subscribe."""

    title = "Close the topic to the public"
    problem = "Public topic"
    controls = ("SNS.4",)
    config_rules = ("SNS_TOPIC_NO_PUBLIC_ACCESS",)
    resource_type = "AWS::SNS::Topic"
    reads = ("cloudwatch:GetMetricData", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic")
    writes = ("sns:SetTopicAttributes",)

    def document(self, target: Target, aws: Account) -> Document:
        return policy_of(topic_attributes(aws, target))

    def put(self, target: Target, document: Document, aws: Account) -> None:
        aws.client("sns").set_topic_attributes(
            TopicArn=target.resource.id, AttributeName="Policy", AttributeValue=json.dumps(document)
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Use of the topic and its subscribers; SNS does not record the publishers."""
        yield evidence_of(f"Was anything published in {METRIC_DAYS} days?", lambda: _published(aws, target))
        yield evidence_of("Who listens?", lambda: _subscriptions(aws, target))
        yield Evidence("Does another account, or an AWS service, come in as the public?", "not known", known=False)


def _published(aws: Account, target: Target) -> str:
    named, topic = ("AWS/SNS", "NumberOfMessagesPublished"), ("TopicName", target.resource.name)
    return message_count(aws, named, topic, response_date(describe_topic(aws, target)))


def _subscriptions(aws: Account, target: Target) -> str:
    pages = aws.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=target.resource.id)
    subscriptions = [one for page in pages for one in page["Subscriptions"]]
    foreign = sum(one["Owner"] not in {"", target.resource.account} for one in subscriptions)
    protocols = Counter(one["Protocol"] for one in subscriptions)
    kinds = [pluralize(number, protocol) for protocol, number in sorted(protocols.items())]
    return (", ".join(kinds) or "nobody") + (f"; {foreign} of other accounts, which stay" if foreign else "")
