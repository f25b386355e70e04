"""Cases of `bot.remediations.elasticache.minor_versions`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.elasticache.minor_versions import UpgradeCacheMinorVersions
from tests.aws import plain_client
from tests.remediations.cases.elasticache.snapshots import ACacheWithoutSnapshots, AMemberOfAGroupWithoutSnapshots


class ACacheThatIsNotUpgraded(ACacheWithoutSnapshots):
    remediation = UpgradeCacheMinorVersions
    two_valued = True

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_cache_cluster(CacheClusterId="sessions", AutoMinorVersionUpgrade=False)


class AMemberOfAGroupThatIsNotUpgraded(AMemberOfAGroupWithoutSnapshots):
    remediation = UpgradeCacheMinorVersions
    two_valued = True

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(ReplicationGroupId="carts", AutoMinorVersionUpgrade=False)
