"""Deletion protection of load balancers."""

from __future__ import annotations

from bot.remediations.elb.attributes import AttributeRemediation


class ProtectLoadBalancer(AttributeRemediation):
    """Protect the load balancer against deletion."""

    title = "Protect the load balancer against deletion"
    problem = "Load balancer can be deleted by one call"
    controls = ("ELB.6",)
    config_rules = ("ELB_DELETION_PROTECTION_ENABLED",)
    setting = "deletion protection"
    attribute = "deletion_protection.enabled"
    default = "false"
    compliant_value = "true"
