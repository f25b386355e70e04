"""Cases of `bot.remediations.elasticache.snapshots`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.elasticache.snapshots import KeepCacheSnapshots
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.elasticache.replication_groups import make_replication_group
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ACacheWithoutSnapshots(Case):
    """A single node."""

    remediation: ClassVar[type[Remediation]] = KeepCacheSnapshots
    arn = f"arn:aws:elasticache:{REGION}:{ACCOUNT}:cluster:sessions"
    group: ClassVar[dict[str, str]] = {}

    def make(self) -> Target:
        plain_client("elasticache").create_cache_cluster(
            CacheClusterId="sessions",
            Engine="redis",
            CacheNodeType="cache.t4g.micro",
            AutoMinorVersionUpgrade=False,
            Tags=TAGS,
            **self.group,
        )
        return targeted(self.remediation, self.arn)

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("elasticache").add_tags_to_resource(ResourceName=self.arn, Tags=tags)

    def beside(self, target: Target) -> Any:
        tags = plain_client("elasticache").list_tags_for_resource(ResourceName=self.arn)["TagList"]
        return sorted(one["Key"] for one in tags)

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_cache_cluster(CacheClusterId="sessions", SnapshotRetentionLimit=30)

    def destroy(self, target: Target) -> None:
        plain_client("elasticache").delete_cache_cluster(CacheClusterId="sessions")


class AMemberOfAGroupWithoutSnapshots(ACacheWithoutSnapshots):
    """A member of a replication group."""

    group: ClassVar[dict[str, str]] = {"ReplicationGroupId": "carts"}

    def make(self) -> Target:
        make_replication_group()
        return super().make()

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(ReplicationGroupId="carts", SnapshotRetentionLimit=30)
