"""Who else has an instance: a service that runs it, a group that replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Refusal


def refuse_managed(instance: Mapping[str, Any]) -> None:
    """Raises Refusal for an instance that a service runs, whose changes EC2 takes from that service only.

    EKS Auto Mode has such instances (Amazon EC2 User Guide, "Amazon EC2 managed instances").
    """
    operator = instance.get("Operator", {})
    if operator.get("Managed"):
        raise Refusal(f"the instance is managed by {operator.get('Principal', 'another service')}")


def scaling_group(instance: Mapping[str, Any]) -> str:
    """The Auto Scaling group that would start another one in its place, or nothing."""
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    return str(tags.get("aws:autoscaling:groupName", ""))
