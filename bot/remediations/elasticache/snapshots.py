"""Automatic snapshots of ElastiCache clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.elasticache.clusters import (
    CacheClusterRemediation,
    cache_cluster,
    group_evidence,
    refuse_pending_changes,
    replication_group,
    require_available,
)

_RETENTION: Final = "days that snapshots are kept"


class KeepCacheSnapshots(CacheClusterRemediation):
    """Take a snapshot every day, and keep it for some days.

    A group without cluster mode needs the member to take snapshots of (API_ModifyReplicationGroup,
    SnapshottingClusterId): it is the one of the finding.
    """

    title = "Take snapshots of the cache every day"
    problem = "Cache without backups"
    controls = ("ElastiCache.1",)
    config_rules = ("ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",)
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "snapshots older than the days that Undo goes back to: they are deleted"
    params: ClassVar[Mapping[str, Param]] = {"snapshotRetentionPeriod": Param(1, "days that snapshots are kept")}

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the retention in days. Raise Refusal for Memcached, or if other changes are pending."""
        holder = self._holder(target, aws)
        refuse_pending_changes(holder)
        return {_RETENTION: int(holder.get("SnapshotRetentionLimit", 0))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _RETENTION: max(int(settings.get(_RETENTION) or 0), int(params["snapshotRetentionPeriod"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Modify the group, or the cluster if it has none: ElastiCache refuses to modify a member."""
        elasticache, holder = aws.client("elasticache"), self._holder(target, aws)
        require_available(holder)
        if "MemberClusters" not in holder:
            elasticache.modify_cache_cluster(
                CacheClusterId=target.resource.name, SnapshotRetentionLimit=value, ApplyImmediately=True
            )
            return
        source = {"SnapshottingClusterId": target.resource.name} if value and not holder.get("ClusterEnabled") else {}
        elasticache.modify_replication_group(
            ReplicationGroupId=holder["ReplicationGroupId"],
            SnapshotRetentionLimit=value,
            ApplyImmediately=True,
            **source,
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield group_evidence(aws, target)

    def _holder(self, target: Target, aws: Account) -> dict[str, Any]:
        """Return the replication group of the cluster, or the cluster if it has none."""
        cluster = cache_cluster(aws, target)
        if cluster.get("Engine") == "memcached":
            raise Refusal("Memcached has no snapshots")
        group = cluster.get("ReplicationGroupId")
        return replication_group(aws, group) if group else cluster
