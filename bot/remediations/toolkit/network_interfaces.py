"""Network interfaces of EC2."""

from __future__ import annotations

from typing import Any

from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import paginated


def network_interfaces(aws: Account, filter_name: str = "", *values: str) -> list[dict[str, Any]]:
    """Return the interfaces that match a filter of DescribeNetworkInterfaces, or all of the Region."""
    filters = {"Filters": [{"Name": filter_name, "Values": list(values)}]} if filter_name else {}
    return paginated(aws.client("ec2"), "describe_network_interfaces", "NetworkInterfaces", **filters)


def has_public_address(interface: dict[str, Any]) -> bool:
    return bool(interface.get("Association", {}).get("PublicIp"))


def instance_ids(interfaces: list[dict[str, Any]]) -> set[str]:
    """Return the instances that the interfaces are attached to."""
    attachments = [interface.get("Attachment", {}) for interface in interfaces]
    return {attachment["InstanceId"] for attachment in attachments if attachment.get("InstanceId")}
