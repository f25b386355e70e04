"""Names and attributes of SQS queues."""

from __future__ import annotations

import re
from typing import Any, Final

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.arns import arn_of
from bot.remediations.toolkit.aws_calls import gone_if

_GONE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def queue_name(target: Target) -> str:
    """Return the queue's name, also where a source identifies it by its URL."""
    return re.split(r"[/:]", target.resource.id)[-1]


def queue_arn(target: Target) -> str:
    """Return the queue's ARN, also where a source identifies it by its URL."""
    return arn_of(target, "sqs", queue_name(target))


def queue_url(aws: Account, target: Target) -> str:
    """Return the queue's URL. Raises ResourceGone."""
    owner = target.resource.account
    with gone_if(*_GONE):
        answer = aws.client("sqs").get_queue_url(QueueName=queue_name(target), QueueOwnerAWSAccountId=owner)
    return str(answer["QueueUrl"])


def describe_queue(aws: Account, target: Target, *attributes: str) -> dict[str, Any]:
    """Return the answer of GetQueueAttributes. Raises ResourceGone."""
    url = queue_url(aws, target)
    with gone_if(*_GONE):
        answer: dict[str, Any] = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(attributes))
    return answer


def set_queue_attributes(aws: Account, target: Target, attributes: dict[str, str]) -> None:
    """Set the named attributes; the others stay. It takes up to a minute to propagate (API_SetQueueAttributes)."""
    aws.client("sqs").set_queue_attributes(QueueUrl=queue_url(aws, target), Attributes=attributes)
