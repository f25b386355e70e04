"""Cases of `bot.remediations.network_firewall.protection`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.network_firewall.protection import ProtectFirewall, ProtectSubnets
from tests.aws import ACCOUNT, REGION
from tests.remediations.cases.tagged import TAGS, TaggedCase
from tests.remediations.contract import Indestructible, targeted


class AFirewallThatOneCallDeletes(TaggedCase):
    remediation: ClassVar[type[Remediation]] = ProtectFirewall
    service = "network-firewall"
    wrong: ClassVar[dict[str, bool]] = {"DeleteProtection": False}

    def make(self) -> Target:
        made = self.client.create_firewall(
            FirewallName="edge",
            FirewallPolicyArn=f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall-policy/edge",
            VpcId="vpc-0aa1",
            SubnetMappings=[{"SubnetId": "subnet-0bb2"}],
            Tags=TAGS,
            **self.wrong,
        )
        return targeted(self.remediation, made["Firewall"]["FirewallArn"])

    def edit_beside(self, target: Target) -> None:
        """Change the other protection."""
        self.client.update_subnet_change_protection(FirewallArn=target.resource.id, SubnetChangeProtection=True)

    def beside(self, target: Target) -> Any:
        return self.client.describe_firewall(FirewallArn=target.resource.id)["Firewall"]["SubnetChangeProtection"]

    def edit_same(self, target: Target) -> None:
        self.client.update_firewall_delete_protection(FirewallArn=target.resource.id, **self.wrong)

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AFirewallWhoseSubnetsChange(AFirewallThatOneCallDeletes):
    remediation = ProtectSubnets
    wrong: ClassVar[dict[str, bool]] = {"SubnetChangeProtection": False}

    def edit_beside(self, target: Target) -> None:
        self.client.update_firewall_delete_protection(FirewallArn=target.resource.id, DeleteProtection=True)

    def beside(self, target: Target) -> Any:
        return self.client.describe_firewall(FirewallArn=target.resource.id)["Firewall"]["DeleteProtection"]

    def edit_same(self, target: Target) -> None:
        self.client.update_subnet_change_protection(FirewallArn=target.resource.id, **self.wrong)
