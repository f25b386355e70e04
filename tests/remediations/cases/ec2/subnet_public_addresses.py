"""Cases of `bot.remediations.ec2.subnet_public_addresses`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.subnet_public_addresses import StopPublicAddressesAtLaunch
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ASubnetThatGivesPublicAddresses(Case):
    remediation = StopPublicAddressesAtLaunch
    two_valued = True

    def make(self) -> Target:
        ec2 = plain_client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        ec2.create_tags(Resources=[subnet], Tags=TAGS)
        self.edit_same(targeted(StopPublicAddressesAtLaunch, subnet))
        return targeted(StopPublicAddressesAtLaunch, subnet)

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").create_tags(Resources=[target.resource.name], Tags=[{"Key": "owner", "Value": "web"}])

    def beside(self, target: Target) -> Any:
        tags = plain_client("ec2").describe_subnets(SubnetIds=[target.resource.name])["Subnets"][0]["Tags"]
        return [one for one in tags if one["Key"] == "owner"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_subnet_attribute(SubnetId=target.resource.name, MapPublicIpOnLaunch={"Value": True})

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_subnet(SubnetId=target.resource.name)
