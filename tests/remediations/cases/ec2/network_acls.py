"""Cases of `bot.remediations.ec2.network_acls`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.network_acls import CloseAdminPorts
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


def acl() -> str:
    ec2 = plain_client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    tags = [{"ResourceType": "network-acl", "Tags": [{"Key": "password", "Value": PLANTED}]}]
    return str(ec2.create_network_acl(VpcId=vpc, TagSpecifications=tags)["NetworkAcl"]["NetworkAclId"])


def entry(acl_id: str, number: int, low: int, high: int, source: str = "0.0.0.0/0", **more: Any) -> None:
    plain_client("ec2").create_network_acl_entry(
        NetworkAclId=acl_id,
        RuleNumber=number,
        Egress=False,
        RuleAction=more.pop("action", "allow"),
        Protocol=more.pop("protocol", "6"),
        PortRange={"From": low, "To": high},
        **{"Ipv6CidrBlock" if ":" in source else "CidrBlock": source},
    )


def delete_entry(acl_id: str, number: int) -> None:
    plain_client("ec2").delete_network_acl_entry(NetworkAclId=acl_id, RuleNumber=number, Egress=False)


class AWideNetworkAcl(Case):
    """Entries for all of TCP, for SSH over IPv6, and for RDP from an office, which the control allows."""

    remediation = CloseAdminPorts

    def make(self) -> Target:
        made = acl()
        entry(made, 100, 0, 65535)
        entry(made, 110, 22, 22, "::/0")
        entry(made, 120, 3389, 3389, "203.0.113.0/24")
        entry(made, 130, 0, 65535, protocol="17")
        return targeted(CloseAdminPorts, made)

    def edit_beside(self, target: Target) -> None:
        entry(target.resource.name, 90, 22, 22, "198.51.100.0/24", action="deny")

    def beside(self, target: Target) -> Any:
        found = plain_client("ec2").describe_network_acls(NetworkAclIds=[target.resource.name])["NetworkAcls"][0]
        return [one for one in found["Entries"] if one["RuleNumber"] == 90]

    def edit_same(self, target: Target) -> None:
        delete_entry(target.resource.name, 101)
        entry(target.resource.name, 101, 23, 80)

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_network_acl(NetworkAclId=target.resource.name)
