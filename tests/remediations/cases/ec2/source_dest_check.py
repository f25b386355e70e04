"""Cases of `bot.remediations.ec2.source_dest_check`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.source_dest_check import CheckSourceAndDestination
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AnInterfaceThatForwards(Case):
    remediation = CheckSourceAndDestination
    two_valued = True

    def make(self) -> Target:
        ec2 = plain_client("ec2")
        subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        made = ec2.create_network_interface(SubnetId=subnet, Description=PLANTED)["NetworkInterface"]
        target = targeted(CheckSourceAndDestination, made["NetworkInterfaceId"])
        self.edit_same(target)
        return target

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("ec2").create_tags(Resources=[target.resource.name], Tags=tags)

    def beside(self, target: Target) -> Any:
        filters = [{"Name": "resource-id", "Values": [target.resource.name]}]
        return [one["Key"] for one in plain_client("ec2").describe_tags(Filters=filters)["Tags"]]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=target.resource.name, SourceDestCheck={"Value": False}
        )

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_network_interface(NetworkInterfaceId=target.resource.name)
