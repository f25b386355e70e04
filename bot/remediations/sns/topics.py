"""Descriptions of SNS topics."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if


def describe_topic(aws: Account, target: Target) -> dict[str, Any]:
    """Return the answer of GetTopicAttributes. Raises ResourceGone."""
    with gone_if("NotFound", "NotFoundException"):
        answer: dict[str, Any] = aws.client("sns").get_topic_attributes(TopicArn=target.resource.id)
    return answer


def topic_attributes(aws: Account, target: Target) -> dict[str, str]:
    """Return the attributes of the topic. Raises ResourceGone."""
    attributes: dict[str, str] = describe_topic(aws, target)["Attributes"]
    return attributes
