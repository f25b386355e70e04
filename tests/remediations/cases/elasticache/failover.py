"""Cases of `bot.remediations.elasticache.failover`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.elasticache.failover import FailOverCache
from tests.aws import plain_client
from tests.remediations.cases.elasticache.replication_groups import make_replication_group
from tests.remediations.contract import Case, targeted


class AGroupWithoutFailover(Case):
    remediation = FailOverCache
    two_valued = True

    def make(self) -> Target:
        return targeted(FailOverCache, make_replication_group())

    def edit_beside(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(
            ReplicationGroupId="carts", ReplicationGroupDescription="theirs"
        )

    def beside(self, target: Target) -> Any:
        return plain_client("elasticache").describe_replication_groups()["ReplicationGroups"][0]["Description"]

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(ReplicationGroupId="carts", AutomaticFailoverEnabled=False)

    def destroy(self, target: Target) -> None:
        plain_client("elasticache").delete_replication_group(ReplicationGroupId="carts")
