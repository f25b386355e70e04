"""Network Firewall: protections of a firewall."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.networkfirewall.responses import NetworkFirewallResponse

from infra.local.moto_extensions.patching import replace


def update_firewall_delete_protection(self: NetworkFirewallResponse) -> Any:
    """https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_UpdateFirewallDeleteProtection.html."""
    return _set(self, "delete_protection", "DeleteProtection")


def update_subnet_change_protection(self: NetworkFirewallResponse) -> Any:
    """https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_UpdateSubnetChangeProtection.html."""
    return _set(self, "subnet_change_protection", "SubnetChangeProtection")


def _set(response: NetworkFirewallResponse, attribute: str, parameter: str) -> Any:
    arn, on = response._get_param("FirewallArn"), response._get_param(parameter)  # noqa: SLF001 - moto's own way
    firewall = response.networkfirewall_backend.describe_firewall(firewall_arn=arn, firewall_name="")
    setattr(firewall, attribute, on)
    return ActionResult({"FirewallArn": arn, "FirewallName": firewall.firewall_name, parameter: on})


def install() -> None:
    replace(
        NetworkFirewallResponse,
        update_firewall_delete_protection=update_firewall_delete_protection,
        update_subnet_change_protection=update_subnet_change_protection,
    )
