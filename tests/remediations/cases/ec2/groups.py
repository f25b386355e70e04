"""Security groups with rules, for cases."""

from __future__ import annotations

from typing import Any

from tests.aws import plain_client
from tests.remediations.contract import PLANTED


def permission(protocol: str, low: int | None, high: int | None, *cidrs: str, said: str = "") -> dict[str, Any]:
    ports = {} if low is None else {"FromPort": low, "ToPort": high}
    about = {"Description": said} if said else {}
    return {
        "IpProtocol": protocol,
        **ports,
        "IpRanges": [{"CidrIp": cidr, **about} for cidr in cidrs if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **about} for cidr in cidrs if ":" in cidr],
    }


def make_security_group(*permissions: dict[str, Any], tags: dict[str, str] | None = None) -> str:
    ec2 = plain_client("ec2")
    made: str = ec2.create_security_group(GroupName="web", Description=PLANTED)["GroupId"]
    named = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    tagged = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": named}]} if named else {}
    for one in permissions:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[one], **tagged)
    return made


def rules_of(group: str) -> list[dict[str, Any]]:
    filters = [{"Name": "group-id", "Values": [group]}]
    found: list[dict[str, Any]] = plain_client("ec2").describe_security_group_rules(Filters=filters)[
        "SecurityGroupRules"
    ]
    return found
