"""Route COPY and UNLOAD of Redshift clusters through the VPC."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.redshift.clusters import ClusterToggle, describe_cluster
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.vpc_endpoints import vpc_endpoints


class RouteClusterWithinVpc(ClusterToggle):
    """Route COPY and UNLOAD through the VPC, where its rules and endpoints apply; the cluster restarts.

    Buckets to which the VPC has no route (an endpoint, a NAT gateway) then become unreachable (Amazon Redshift
    Management Guide, "Enhanced VPC routing").
    """

    title = "Route the cluster's traffic through the VPC"
    problem = "Redshift cluster goes around the VPC"
    controls = ("Redshift.7",)
    config_rules = ("REDSHIFT_ENHANCED_VPC_ROUTING_ENABLED",)
    effects = (Effect.CUTS_TRAFFIC, Effect.RESTARTS, Effect.TAKES_LONG)
    reads = ("ec2:DescribeVpcEndpoints", "redshift:DescribeClusters")
    deadline_seconds = 3600
    setting = "enhanced VPC routing"
    compliant_value = True
    flag = "EnhancedVpcRouting"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which endpoints has its VPC?", lambda: _endpoints(aws, target))
        yield Evidence("Which buckets do COPY and UNLOAD name?", "not known", known=False)


def _endpoints(aws: Account, target: Target) -> str:
    return vpc_endpoints(aws, [describe_cluster(aws, target).get("VpcId", "")])
