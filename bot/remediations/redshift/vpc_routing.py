"""Redshift clusters: COPY and UNLOAD go through the VPC."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.redshift.clusters import cluster, modify
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle


class RouteClusterWithinVpc(Toggle):
    """Let COPY and UNLOAD go through the VPC, where its rules and endpoints see them; the cluster restarts.

    Buckets that the VPC has no way to (an endpoint, a NAT gateway) cannot be reached then (Amazon Redshift Management
    Guide, "Enhanced VPC routing").
    """

    title = "Route the cluster's traffic through the VPC"
    problem = "Redshift cluster goes around the VPC"
    controls = ("Redshift.7",)
    config_rules = ("REDSHIFT_ENHANCED_VPC_ROUTING_ENABLED",)
    resource_type = "AWS::Redshift::Cluster"
    effects = (Effect.CUTS_TRAFFIC, Effect.RESTARTS, Effect.TAKES_LONG)
    reads = ("ec2:DescribeVpcEndpoints", "redshift:DescribeClusters")
    writes = ("redshift:ModifyCluster",)
    deadline_seconds = 3600
    setting = "enhanced VPC routing"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """While Redshift still works on it, the old value: so there is no proof before it is done."""
        return bool(cluster(aws, target).get("EnhancedVpcRouting"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag."""
        modify(aws, target, EnhancedVpcRouting=on)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether S3 can be reached from within."""
        yield evidence_of("Which endpoints has its VPC?", lambda: _endpoints(aws, target))
        yield Evidence("Which buckets do COPY and UNLOAD name?", "not known", known=False)


def _endpoints(aws: Account, target: Target) -> str:
    filters = [{"Name": "vpc-id", "Values": [cluster(aws, target).get("VpcId", "")]}]
    pages = aws.client("ec2").get_paginator("describe_vpc_endpoints").paginate(Filters=filters)
    return ", ".join(sorted({one["ServiceName"] for page in pages for one in page["VpcEndpoints"]})) or "none"
