"""An instance, and who else has it: a service that runs it, a group that replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if


def instance_of(aws: Account, target: Target) -> tuple[dict[str, Any], dict[str, Any]]:
    """The instance, and the answer that it came in. Raises ResourceGone, also while it is on its way out."""
    with gone_if("InvalidInstanceID.NotFound"):
        answer: dict[str, Any] = aws.client("ec2").describe_instances(InstanceIds=[target.resource.name])
    found = [one for reservation in answer["Reservations"] for one in reservation["Instances"]]
    if not found or found[0]["State"]["Name"] in {"shutting-down", "terminated"}:
        raise ResourceGone("terminated")
    return found[0], answer


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
