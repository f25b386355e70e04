"""Public addresses that subnets assign at launch."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, pluralize
from bot.remediations.toolkit.network_interfaces import has_public_address, network_interfaces
from bot.remediations.toolkit.toggle import Toggle


class StopPublicAddressesAtLaunch(Toggle):
    """Assign no public address to new instances in a subnet; running instances keep theirs."""

    title = "Stop giving public addresses at launch"
    problem = "Subnet gives public addresses"
    controls = ("EC2.15",)
    config_rules = ("SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED",)
    resource_type = "AWS::EC2::Subnet"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
    writes = ("ec2:ModifySubnetAttribute",)
    setting = "public address at launch"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return MapPublicIpOnLaunch of the subnet. Raise Refusal for a subnet that another account shares."""
        with gone_if("InvalidSubnetID.NotFound"):
            subnet = aws.client("ec2").describe_subnets(SubnetIds=[target.resource.name])["Subnets"][0]
        if subnet["OwnerId"] != target.resource.account:
            raise Refusal(f"the subnet belongs to account {subnet['OwnerId']}, which shares it")
        return bool(subnet["MapPublicIpOnLaunch"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("ec2").modify_subnet_attribute(SubnetId=target.resource.name, MapPublicIpOnLaunch={"Value": on})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("What is in the subnet now?", lambda: _interfaces(aws, target))


def _interfaces(aws: Account, target: Target) -> str:
    interfaces = network_interfaces(aws, "subnet-id", target.resource.name)
    public = [interface for interface in interfaces if has_public_address(interface)]
    return f"{pluralize(len(interfaces), 'network interface')}, {len(public)} with a public address"
