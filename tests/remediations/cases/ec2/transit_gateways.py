"""Cases of `bot.remediations.ec2.transit_gateways`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.transit_gateways import AskBeforeAttaching
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class AGatewayThatAcceptsEverybody(Case):
    remediation = AskBeforeAttaching
    two_valued = True

    def make(self) -> Target:
        made = plain_client("ec2").create_transit_gateway(
            Options={"AutoAcceptSharedAttachments": "enable"},
            TagSpecifications=[{"ResourceType": "transit-gateway", "Tags": TAGS}],
        )
        return targeted(AskBeforeAttaching, made["TransitGateway"]["TransitGatewayId"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").modify_transit_gateway(
            TransitGatewayId=target.resource.name, Options={"VpnEcmpSupport": "disable"}
        )

    def beside(self, target: Target) -> Any:
        found = plain_client("ec2").describe_transit_gateways(TransitGatewayIds=[target.resource.name])
        return found["TransitGateways"][0]["Options"]["VpnEcmpSupport"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_transit_gateway(
            TransitGatewayId=target.resource.name, Options={"AutoAcceptSharedAttachments": "enable"}
        )

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_transit_gateway(TransitGatewayId=target.resource.name)
