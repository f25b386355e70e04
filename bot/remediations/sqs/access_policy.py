"""Restrict SQS queues that are open to the public."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.domain.plan import Evidence, Target
from bot.domain.ports import Account
from bot.remediations.sqs.queues import describe_queue, queue_arn, queue_name, set_queue_attributes
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, response_date
from bot.remediations.toolkit.messaging import message_count, policy_of
from bot.remediations.toolkit.resource_policy import Document, RestrictPublicPolicy


class CloseQueue(RestrictPublicPolicy):
    """Let only this account, and the principals that the policy names, send and receive."""

    title = "Close the queue to the public"
    problem = "Public queue"
    controls = ("SQS.3",)
    config_rules = ("SQS_QUEUE_NO_PUBLIC_ACCESS",)
    resource_type = "AWS::SQS::Queue"
    reads = ("cloudwatch:GetMetricData", "sqs:GetQueueAttributes", "sqs:GetQueueUrl")
    writes = ("sqs:SetQueueAttributes",)

    def document(self, target: Target, aws: Account) -> Document:
        return policy_of(describe_queue(aws, target, "Policy").get("Attributes", {}))

    def put(self, target: Target, document: Document, aws: Account) -> None:
        set_queue_attributes(aws, target, {"Policy": json.dumps(document)})

    def write_resources(self, target: Target) -> tuple[str, ...]:
        return (queue_arn(target),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Use of the queue; SQS does not record the senders."""
        yield evidence_of(f"Was anything sent in {METRIC_DAYS} days?", lambda: _sent(aws, target))
        yield Evidence("Does another account, or an AWS service, come in as the public?", "not known", known=False)


def _sent(aws: Account, target: Target) -> str:
    named, queue = ("AWS/SQS", "NumberOfMessagesSent"), ("QueueName", queue_name(target))
    return message_count(aws, named, queue, response_date(describe_queue(aws, target, "Policy")))
