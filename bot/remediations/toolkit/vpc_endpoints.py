"""Evidence on the VPC endpoints through which a resource reaches AWS services."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ports import Account


def vpc_endpoints(aws: Account, vpcs: Sequence[str]) -> str:
    """Return the services that have an endpoint in these VPCs. Needs ec2:DescribeVpcEndpoints."""
    filters = [{"Name": "vpc-id", "Values": list(vpcs)}]
    pages = aws.client("ec2").get_paginator("describe_vpc_endpoints").paginate(Filters=filters)
    return ", ".join(sorted({one["ServiceName"] for page in pages for one in page["VpcEndpoints"]})) or "none"
