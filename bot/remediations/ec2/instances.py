"""Calls about EC2 instances that several remediations share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if


def instance_of(aws: Account, target: Target) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the instance and the whole response. Raise ResourceGone, also while it is being terminated."""
    with gone_if("InvalidInstanceID.NotFound"):
        response: dict[str, Any] = aws.client("ec2").describe_instances(InstanceIds=[target.resource.name])
    found = [instance for reservation in response["Reservations"] for instance in reservation["Instances"]]
    if not found or found[0]["State"]["Name"] in {"shutting-down", "terminated"}:
        raise ResourceGone("terminated")
    return found[0], response


def refuse_managed(instance: Mapping[str, Any]) -> None:
    """Raise Refusal for a managed instance, which only the service that manages it may change.

    EKS Auto Mode has such instances (Amazon EC2 User Guide, "Amazon EC2 managed instances").
    """
    operator = instance.get("Operator", {})
    if operator.get("Managed"):
        raise Refusal(f"the instance is managed by {operator.get('Principal', 'another service')}")


def scaling_group(instance: Mapping[str, Any]) -> str:
    """Return the name of the Auto Scaling group of the instance, or ''."""
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    return str(tags.get("aws:autoscaling:groupName", ""))
