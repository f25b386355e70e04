"""Descriptions of Kinesis data streams."""

from __future__ import annotations

from typing import Any

from bot.domain.errors import Busy, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if


def describe_stream(aws: Account, target: Target) -> dict[str, Any]:
    """Return the summary of the stream. Raises ResourceGone."""
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("kinesis").describe_stream_summary(StreamName=target.resource.name)
    found: dict[str, Any] = answer["StreamDescriptionSummary"]
    if found["StreamStatus"] == "DELETING":
        raise ResourceGone("DELETING")
    return found


def describe_ready_stream(aws: Account, target: Target) -> dict[str, Any]:
    """Return the summary of the stream once it can be changed. Raises Busy, ResourceGone."""
    now = describe_stream(aws, target)
    if now["StreamStatus"] != "ACTIVE":
        raise Busy(f"Kinesis is at work on the stream ({now['StreamStatus']})", retry_after=30)
    return now
