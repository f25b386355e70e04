"""Protect firewalls of AWS Network Firewall against deletion and changes of their subnets."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle


class _Protection(Toggle):
    """One flag of DescribeFirewall, which has its own call that takes the flag under the same name."""

    resource_type = "AWS::NetworkFirewall::Firewall"
    reads = ("network-firewall:DescribeFirewall",)
    proved_on = "extended"
    compliant_value = True
    flag: ClassVar[str]
    call: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(_firewall(aws, target).get(self.flag))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Set the flag without an update token: the last call wins, and nothing else changes."""
        client: Any = aws.client("network-firewall")
        getattr(client, self.call)(FirewallArn=target.resource.id, **{self.flag: on})


class ProtectFirewall(_Protection):
    """Turn on deletion protection of the firewall."""

    title = "Protect the firewall against deletion"
    problem = "Firewall can be deleted by one call"
    controls = ("NetworkFirewall.9",)
    config_rules = ("NETFW_DELETION_PROTECTION_ENABLED",)
    writes = ("network-firewall:UpdateFirewallDeleteProtection",)
    setting = "deletion protection"
    flag = "DeleteProtection"
    call = "update_firewall_delete_protection"


class ProtectSubnets(_Protection):
    """Protect the subnets in which the firewall has its endpoints against changes."""

    title = "Protect the firewall's subnets against change"
    problem = "Firewall can be taken out of its subnets"
    controls = ("NetworkFirewall.10",)
    config_rules = ("NETFW_SUBNET_CHANGE_PROTECTION_ENABLED",)
    writes = ("network-firewall:UpdateSubnetChangeProtection",)
    setting = "subnet change protection"
    flag = "SubnetChangeProtection"
    call = "update_subnet_change_protection"


def _firewall(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("network-firewall").describe_firewall(FirewallArn=target.resource.id)
    found: dict[str, Any] = answer["Firewall"]
    return found
