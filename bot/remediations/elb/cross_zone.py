"""Cross-zone load balancing of classic load balancers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Evidence, Target
from bot.domain.ports import Account
from bot.remediations.elb.attributes import ClassicRemediation, modify_classic_attributes, read_classic_attributes
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize
from bot.remediations.toolkit.toggle import Toggle


class BalanceAcrossZones(ClassicRemediation, Toggle):
    """Distribute requests evenly across the instances of all Availability Zones."""

    title = "Balance across zones"
    problem = "Zones get unequal load"
    controls = ("ELB.9",)
    config_rules = ("ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED",)
    reads = (*ClassicRemediation.reads, "elasticloadbalancing:DescribeLoadBalancers")
    setting = "balancing across zones"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(read_classic_attributes(aws, target)["CrossZoneLoadBalancing"]["Enabled"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        modify_classic_attributes(aws, target, {"CrossZoneLoadBalancing": {"Enabled": on}})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("How many zones and instances has it?", lambda: _size(aws, target))


def _size(aws: Account, target: Target) -> str:
    response = aws.client("elb").describe_load_balancers(LoadBalancerNames=[target.resource.name])
    balancer = response["LoadBalancerDescriptions"][0]
    zones, instances = balancer["AvailabilityZones"], balancer["Instances"]
    return f"{pluralize(len(zones), 'zone')}, {pluralize(len(instances), 'instance')}"
