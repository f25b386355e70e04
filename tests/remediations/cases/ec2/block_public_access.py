"""Cases of `bot.remediations.ec2.block_public_access`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.block_public_access import BlockInternetGateways
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class ARegionWithOpenGateways(Case):
    remediation = BlockInternetGateways

    def make(self) -> Target:
        plain_client("ec2").create_security_group(GroupName="web", Description=PLANTED)
        return targeted(BlockInternetGateways, f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-block-public-access-options")

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").create_vpc_block_public_access_exclusion(
            VpcId="vpc-0aa1", InternetGatewayExclusionMode="allow-egress"
        )

    def beside(self, target: Target) -> Any:
        return plain_client("ec2").describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")

    def destroy(self, target: Target) -> None:
        raise Indestructible
