"""Access policies and message counts, alike for SNS topics and SQS queues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import metric_value, pluralize
from bot.remediations.toolkit.resource_policy import Document


def policy_of(attributes: Mapping[str, str]) -> Document:
    """Return the access policy in the attributes of a topic or queue, {} where there is none."""
    document: Document = json.loads(attributes.get("Policy") or "{}")
    return document


def message_count(aws: Account, named: tuple[str, str], dimension: tuple[str, str], end: datetime) -> str:
    """Return the sum of a metric (namespace, name) of messages before `end`, as the answer to "was any sent"."""
    number = metric_value(aws.client("cloudwatch"), named, dimension, "Sum", end)
    if number is None:
        return "CloudWatch has no figures"
    return f"yes: {pluralize(number, 'message')}" if number else "no"
