"""Replication groups, for cases."""

from __future__ import annotations

from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED


def make_replication_group() -> str:
    """Create a group of a primary and a replica, and return its ARN."""
    made = plain_client("elasticache").create_replication_group(
        ReplicationGroupId="carts",
        ReplicationGroupDescription=PLANTED,
        NumCacheClusters=2,
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=False,
        Tags=TAGS,
    )
    return str(made["ReplicationGroup"]["ARN"])
