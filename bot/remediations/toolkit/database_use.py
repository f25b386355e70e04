"""Evidence on who can connect to a database, and who did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import metric_value
from bot.remediations.toolkit.security_group_calls import public_sources


def sources_on_the_internet(aws: Account, database: Mapping[str, Any]) -> str:
    """Return the public addresses that the security groups of a database or cluster let in."""
    return public_sources(aws, [one["VpcSecurityGroupId"] for one in database.get("VpcSecurityGroups", [])])


def peak_connections(aws: Account, namespace: str, dimension: tuple[str, str], end: datetime) -> str:
    """Return the highest number of connections in the metric DatabaseConnections before `end`."""
    most = metric_value(aws.client("cloudwatch"), (namespace, "DatabaseConnections"), dimension, "Maximum", end)
    if most is None:
        return "CloudWatch has no figures"
    return f"yes, by up to {most} connections at a time" if most else "no: nobody connected"
