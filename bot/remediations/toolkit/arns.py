"""ARNs of resources that a finding names by something other than an ARN."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.domain.resource import parse_arn


def arn_of(target: Target, service: str, resource: str) -> str:
    """Return the ARN of a resource in the target's account and Region; ARNs of IAM have no Region."""
    where = target.resource
    region = "" if service == "iam" else where.region
    return f"arn:{where.partition}:{service}:{region}:{where.account}:{resource}"


def arn_or_pattern(target: Target, service: str, pattern: str) -> str:
    """Return the target's ARN, or one that matches all such resources where AWS Config gives another id."""
    return target.resource.id if parse_arn(target.resource.id) else arn_of(target, service, pattern)
