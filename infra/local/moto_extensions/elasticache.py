"""ElastiCache: ModifyCacheCluster, and ModifyReplicationGroup with its effect on members."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.exceptions import InvalidParameterCombinationException
from moto.elasticache.responses import ElastiCacheResponse

from infra.local.moto_extensions.patching import replace

_modify_replication_group = ElastiCacheResponse.modify_replication_group


def modify_cache_cluster(self: ElastiCacheResponse) -> Any:
    """Change the cluster's upgrades and snapshots, which moto does not support.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html. A member's snapshots
    are its group's: "To disable or enable snapshots of a replication group, use ModifyReplicationGroup".
    """
    found: Any = self.elasticache_backend.describe_cache_clusters(self._get_param("CacheClusterId"))[0]
    kept = self._get_int_param("SnapshotRetentionLimit")
    if kept is not None and getattr(found, "replication_group_id", None):
        raise InvalidParameterCombinationException("Use ModifyReplicationGroup for the snapshots of a group")
    _set(found, self._get_bool_param("AutoMinorVersionUpgrade"), kept)
    return ActionResult({"CacheCluster": found})


def _set(found: Any, upgrades: bool | None, kept: int | None) -> None:  # noqa: FBT001 - None is no change
    found.auto_minor_version_upgrade = found.auto_minor_version_upgrade if upgrades is None else upgrades
    found.snapshot_retention_limit = found.snapshot_retention_limit if kept is None else kept


def modify_replication_group(self: ElastiCacheResponse) -> Any:
    """Change the group, and the settings that its members inherit.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html. moto does not
    support AutoMinorVersionUpgrade, nor require a member to snapshot in a group without cluster mode.
    """
    answer = _modify_replication_group(self)
    group: Any = self.elasticache_backend.replication_groups[self._get_param("ReplicationGroupId")]
    upgrades = self._get_bool_param("AutoMinorVersionUpgrade")
    group.snapshotting_cluster_id = self._get_param("SnapshottingClusterId") or group.snapshotting_cluster_id
    if group.snapshot_retention_limit and not group.cluster_enabled and not group.snapshotting_cluster_id:
        group.snapshot_retention_limit = 0
        raise InvalidParameterCombinationException("SnapshottingClusterId is needed to turn snapshots on")
    _set(group, upgrades, None)
    for member in self.elasticache_backend.cache_clusters.values():
        if getattr(member, "replication_group_id", None) == group.replication_group_id:
            _set(member, upgrades, self._get_int_param("SnapshotRetentionLimit"))
    return answer


def install() -> None:
    replace(
        ElastiCacheResponse,
        modify_cache_cluster=modify_cache_cluster,
        modify_replication_group=modify_replication_group,
    )
