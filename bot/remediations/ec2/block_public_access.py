"""VPC Block Public Access of the account, in every Region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Busy
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.ec2.declarative_policies import refuse_declarative_policy
from bot.remediations.toolkit.aws_calls import evidence_of, paginated, pluralize
from bot.remediations.toolkit.network_interfaces import has_public_address, network_interfaces

_MODE: Final = "internet gateways"


class BlockInternetGateways(Remediation):
    """Block inbound traffic of internet gateways, in all VPCs that are not excluded.

    The control accepts both modes; the policy chooses one (`block-ingress` still allows NAT gateways and responses).
    All public resources of the Region are cut off immediately: load balancers, instances, VPNs over the internet.
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

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the mode. Raise Refusal if a declarative policy of the organization manages it."""
        options = _options(aws)
        refuse_declarative_policy(options)
        return {_MODE: str(options["InternetGatewayBlockMode"])}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Set the policy's mode, unless both directions are blocked already."""
        mode = str(params["vpcBpaInternetGatewayBlockMode"])
        return {_MODE: settings[_MODE] if settings[_MODE] in (mode, "block-bidirectional") else mode}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Modify the mode. Raise Busy during another modification."""
        if _options(aws).get("State") == "update-in-progress":
            raise Busy("EC2 is still at work on the last change", retry_after=60)
        aws.client("ec2").modify_vpc_block_public_access_options(InternetGatewayBlockMode=str(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because the action supports no resource."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("How many VPCs have an internet gateway?", lambda: pluralize(_attached_gateways(aws), "VPC"))
        yield evidence_of(
            "How many interfaces have a public address?", lambda: pluralize(_public_interfaces(aws), "interface")
        )
        yield evidence_of("How many VPCs or subnets are excluded?", lambda: pluralize(_exclusions(aws), "exclusion"))


def _options(aws: Account) -> dict[str, Any]:
    response = aws.client("ec2").describe_vpc_block_public_access_options()
    options: dict[str, Any] = response["VpcBlockPublicAccessOptions"]
    return options


def _attached_gateways(aws: Account) -> int:
    gateways = paginated(aws.client("ec2"), "describe_internet_gateways", "InternetGateways")
    return sum(len(gateway["Attachments"]) for gateway in gateways)


def _public_interfaces(aws: Account) -> int:
    return sum(has_public_address(interface) for interface in network_interfaces(aws))


def _exclusions(aws: Account) -> int:
    response = aws.client("ec2").describe_vpc_block_public_access_exclusions()
    return len(response["VpcBlockPublicAccessExclusions"])
