"""Automatic minor version upgrades of ElastiCache clusters."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.elasticache.clusters import (
    CacheClusterRemediation,
    cache_cluster,
    group_evidence,
    replication_group,
    require_available,
)
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle


class UpgradeCacheMinorVersions(CacheClusterRemediation, Toggle):
    """Install minor versions in the maintenance window; nodes are replaced then."""

    title = "Install minor versions automatically"
    problem = "Cache misses minor upgrades"
    controls = ("ElastiCache.2",)
    config_rules = ("ELASTICACHE_AUTO_MINOR_VERSION_UPGRADE_CHECK",)
    effects = (Effect.RESTARTS,)
    reversible = Reversible.PARTLY
    not_restored = "the version before, once a newer one has been installed"
    setting = "automatic minor version upgrades"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return the cluster's flag, which follows that of its group."""
        return bool(cache_cluster(aws, target).get("AutoMinorVersionUpgrade"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Modify the group, or the cluster if it has none. ApplyImmediately would also apply other pending changes."""
        elasticache, cluster = aws.client("elasticache"), cache_cluster(aws, target)
        require_available(cluster)
        group = cluster.get("ReplicationGroupId")
        if group:
            require_available(replication_group(aws, group))
            elasticache.modify_replication_group(ReplicationGroupId=group, AutoMinorVersionUpgrade=on)
        else:
            elasticache.modify_cache_cluster(CacheClusterId=target.resource.name, AutoMinorVersionUpgrade=on)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "When may it restart?", lambda: cache_cluster(aws, target).get("PreferredMaintenanceWindow", "any time")
        )
        yield group_evidence(aws, target)
