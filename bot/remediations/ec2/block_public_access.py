"""VPC Block Public Access: the account's one switch for internet gateways, in every Region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Busy, Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize

_MODE: Final = "internet gateways"


class BlockInternetGateways(Remediation):
    """Block what comes in through internet gateways, in all VPCs but those that are excluded.

    The control takes either mode by default; the policy says which (`block-ingress` lets NAT gateways and answers go
    on). Everything public in the Region is cut off at once: load balancers, instances, VPNs over the internet.
    """

    title = "Block internet gateways in the Region"
    problem = "VPCs may be public"
    controls = ("EC2.172",)
    config_rules = ("EC2_VPC_BPA_INTERNET_GATEWAY_BLOCKED",)
    resource_type = "AWS::EC2::VPCBlockPublicAccessOptions"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reads = (
        "ec2:DescribeInternetGateways",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeVpcBlockPublicAccessExclusions",
        "ec2:DescribeVpcBlockPublicAccessOptions",
    )
    writes = ("ec2:ModifyVpcBlockPublicAccessOptions",)
    params: ClassVar[Mapping[str, Param]] = {
        "vpcBpaInternetGatewayBlockMode": Param("block-ingress", "block-ingress or block-bidirectional")
    }
    deadline_seconds = 3600
    proved_on = "stub"

    def read(self, target: Target, aws: Account) -> Settings:  # of the account and Region
        """The mode. Raises Refusal where the organisation decides it."""
        options = _options(aws)
        if options.get("ManagedBy") == "declarative-policy":
            raise Refusal("a declarative policy of the organisation decides it: change it there")
        return {_MODE: str(options["InternetGatewayBlockMode"])}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """What blocks already stays, unless the policy wants both directions."""
        wanted = str(params["vpcBpaInternetGatewayBlockMode"])
        return {_MODE: settings[_MODE] if settings[_MODE] in (wanted, "block-bidirectional") else wanted}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Raises Busy while an earlier change is under way."""
        if _options(aws).get("State") == "update-in-progress":
            raise Busy("EC2 is still at work on the last change", retry_after=60)
        aws.client("ec2").modify_vpc_block_public_access_options(InternetGatewayBlockMode=str(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:  # its action takes no resource
        """EC2's action names no resource."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:  # of the account and Region
        """What is public now, and what would stay so."""
        yield evidence_of("How many VPCs have an internet gateway?", lambda: pluralize(_gateways(aws), "VPC"))
        yield evidence_of("How many interfaces have a public address?", lambda: pluralize(_public(aws), "interface"))
        yield evidence_of("How many VPCs or subnets are excluded?", lambda: pluralize(_exclusions(aws), "exclusion"))


def _options(aws: Account) -> dict[str, Any]:
    answer = aws.client("ec2").describe_vpc_block_public_access_options()
    found: dict[str, Any] = answer["VpcBlockPublicAccessOptions"]
    return found


def _gateways(aws: Account) -> int:
    pages = aws.client("ec2").get_paginator("describe_internet_gateways").paginate()
    return sum(len(one["Attachments"]) for page in pages for one in page["InternetGateways"])


def _public(aws: Account) -> int:
    pages = aws.client("ec2").get_paginator("describe_network_interfaces").paginate()
    faces = [one for page in pages for one in page["NetworkInterfaces"]]
    return sum(1 for one in faces if one.get("Association", {}).get("PublicIp"))


def _exclusions(aws: Account) -> int:
    answer = aws.client("ec2").describe_vpc_block_public_access_exclusions()
    return len(answer["VpcBlockPublicAccessExclusions"])
