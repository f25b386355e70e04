"""How security groups go wrong."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.security_groups import CloseOpenPorts
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


def permission(protocol: str, low: int | None, high: int | None, *cidrs: str, said: str = "") -> dict[str, Any]:
    ports = {} if low is None else {"FromPort": low, "ToPort": high}
    about = {"Description": said} if said else {}
    return {
        "IpProtocol": protocol,
        **ports,
        "IpRanges": [{"CidrIp": cidr, **about} for cidr in cidrs if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **about} for cidr in cidrs if ":" in cidr],
    }


def group_with(*permissions: dict[str, Any], tags: dict[str, str] | None = None) -> str:
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


class AnOpenPort22(Case):
    """SSH for the whole world, of both families, beside an office rule and an open web port."""

    remediation = CloseOpenPorts

    def make(self) -> Target:
        office = permission("tcp", 22, 22, "203.0.113.0/24", said=PLANTED)
        web = permission("tcp", 443, 443, "0.0.0.0/0")
        ssh = permission("tcp", 22, 22, "0.0.0.0/0", "::/0", said="temporary")
        group = group_with(office, web, ssh, tags={"owner": "platform"})
        return targeted(CloseOpenPorts, group, "EC2.13", "EC2.18", "EC2.19")

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").authorize_security_group_ingress(
            GroupId=target.resource.name, IpPermissions=[permission("tcp", 22, 22, "198.51.100.0/24", said="vpn")]
        )

    def beside(self, target: Target) -> Any:
        return [
            one["Description"] for one in rules_of(target.resource.name) if one.get("CidrIpv4") == "198.51.100.0/24"
        ]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").authorize_security_group_ingress(
            GroupId=target.resource.name, IpPermissions=[permission("tcp", 22, 22, "::/0", said="needed after all")]
        )

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_security_group(GroupId=target.resource.name)


class AWideRange(AnOpenPort22):
    """Everything from 20 to 4000: the controls name some of it, the rest stays open."""

    def make(self) -> Target:
        group = group_with(permission("tcp", 20, 4000, "0.0.0.0/0", said="legacy"), tags={"owner": "platform"})
        return targeted(CloseOpenPorts, group, "EC2.13", "EC2.14")

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").authorize_security_group_ingress(
            GroupId=target.resource.name, IpPermissions=[permission("tcp", 20, 4000, "0.0.0.0/0", said="again")]
        )


class AllTraffic(AWideRange):
    """Protocol -1, without a description or tags."""

    def make(self) -> Target:
        group = group_with(permission("-1", None, None, "0.0.0.0/0", "::/0"))
        return targeted(CloseOpenPorts, group, "EC2.18")

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").authorize_security_group_ingress(
            GroupId=target.resource.name, IpPermissions=[permission("-1", None, None, "::/0", said="again")]
        )
