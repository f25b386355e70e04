"""Cases of `bot.remediations.ec2.security_groups`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.security_groups import CloseOpenPorts
from tests.aws import plain_client
from tests.remediations.cases.ec2.groups import make_security_group, permission, rules_of
from tests.remediations.contract import PLANTED, Case, targeted


class AnOpenPort22(Case):
    """SSH from anywhere by IPv4 and IPv6, beside a rule of an office and a public web port."""

    remediation = CloseOpenPorts

    def make(self) -> Target:
        office = permission("tcp", 22, 22, "203.0.113.0/24", said=PLANTED)
        web = permission("tcp", 443, 443, "0.0.0.0/0")
        ssh = permission("tcp", 22, 22, "0.0.0.0/0", "::/0", said="temporary")
        group = make_security_group(office, web, ssh, tags={"owner": "platform"})
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
    """A rule for 20 to 4000: the controls forbid some of these ports, the rest stays open."""

    def make(self) -> Target:
        group = make_security_group(permission("tcp", 20, 4000, "0.0.0.0/0", said="legacy"), tags={"owner": "platform"})
        return targeted(CloseOpenPorts, group, "EC2.13", "EC2.14")

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").authorize_security_group_ingress(
            GroupId=target.resource.name, IpPermissions=[permission("tcp", 20, 4000, "0.0.0.0/0", said="again")]
        )


class AllTraffic(AWideRange):
    """A rule for all protocols, without a description or tags."""

    def make(self) -> Target:
        group = make_security_group(permission("-1", None, None, "0.0.0.0/0", "::/0"))
        return targeted(CloseOpenPorts, group, "EC2.18")

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").authorize_security_group_ingress(
            GroupId=target.resource.name, IpPermissions=[permission("-1", None, None, "::/0", said="again")]
        )
