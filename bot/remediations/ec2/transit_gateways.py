"""Automatic acceptance of shared transit gateway attachments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, paginated, pluralize
from bot.remediations.toolkit.toggle import Toggle


class AskBeforeAttaching(Toggle):
    """Require acceptance before a VPC of another account is attached; existing attachments stay."""

    title = "Ask before attaching to the transit gateway"
    problem = "Transit gateway accepts every attachment"
    controls = ("EC2.23",)
    config_rules = ("EC2_TRANSIT_GATEWAY_AUTO_VPC_ATTACH_DISABLED",)
    resource_type = "AWS::EC2::TransitGateway"
    effects = (Effect.FUTURE_ONLY, Effect.CUTS_ACCESS)
    reads = ("ec2:DescribeTransitGatewayAttachments", "ec2:DescribeTransitGateways")
    writes = ("ec2:ModifyTransitGateway",)
    setting = "shared attachments accepted by themselves"
    compliant_value = False
    deadline_seconds = 600

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(_gateway(aws, target)["Options"]["AutoAcceptSharedAttachments"] == "enable")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Modify this option; options that are omitted stay as they are. Raise Busy during another modification."""
        state = _gateway(aws, target)["State"]
        if state != "available":
            raise Busy(f"EC2 is at work on the transit gateway ({state})", retry_after=30)
        aws.client("ec2").modify_transit_gateway(
            TransitGatewayId=target.resource.name,
            Options={"AutoAcceptSharedAttachments": "enable" if on else "disable"},
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("What is attached now, and stays so?", lambda: _attachments(aws, target))
        yield Evidence("Who attaches by automation, and would wait?", "not known", known=False)


def _gateway(aws: Account, target: Target) -> dict[str, Any]:
    """Return the transit gateway. Raise ResourceGone, or Refusal for one that another account shares."""
    with gone_if("InvalidTransitGatewayID.NotFound"):
        response = aws.client("ec2").describe_transit_gateways(TransitGatewayIds=[target.resource.name])
    found = [one for one in response["TransitGateways"] if one["State"] not in {"deleting", "deleted"}]
    if not found:
        raise ResourceGone(target.resource.id)
    gateway: dict[str, Any] = found[0]
    if gateway["OwnerId"] != target.resource.account:
        raise Refusal(f"the transit gateway belongs to account {gateway['OwnerId']}")
    return gateway


def _attachments(aws: Account, target: Target) -> str:
    filters = [{"Name": "transit-gateway-id", "Values": [target.resource.name]}]
    found = paginated(
        aws.client("ec2"), "describe_transit_gateway_attachments", "TransitGatewayAttachments", Filters=filters
    )
    others = {one["ResourceOwnerId"] for one in found} - {target.resource.account}
    return f"{pluralize(len(found), 'attachment')}, of {pluralize(len(others), 'other account')}"
