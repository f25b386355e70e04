"""ElastiCache: snapshots, minor upgrades, failover. What a member's group decides is changed at the group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.toggle import Toggle

_KEPT: Final = "days that snapshots are kept"
_CANNOT: Final = frozenset({"create-failed", "creating", "incompatible-network", "restore-failed"})
_OWN_PENDING: Final = "AutomaticFailoverStatus"


def cache_cluster(aws: Account, target: Target) -> dict[str, Any]:
    """The cluster. Raises ResourceGone, Refusal."""
    with gone_if("CacheClusterNotFound", "CacheClusterNotFoundFault"):
        answer = aws.client("elasticache").describe_cache_clusters(CacheClusterId=target.resource.name)
    return _there(answer["CacheClusters"])


def replication_group(aws: Account, name: str) -> dict[str, Any]:
    """A replication group. Raises ResourceGone, Refusal."""
    with gone_if("ReplicationGroupNotFoundFault"):
        answer = aws.client("elasticache").describe_replication_groups(ReplicationGroupId=name)
    return _there(answer["ReplicationGroups"])


def _there(found: list[dict[str, Any]]) -> dict[str, Any]:
    if not found or _status(found[0]) in {"deleted", "deleting"}:
        raise ResourceGone("deleted, or being deleted")
    if _status(found[0]) in _CANNOT:
        raise Refusal(f"ElastiCache changes nothing that is {_status(found[0])}")
    return found[0]


def _status(found: Mapping[str, Any]) -> str:
    """Of a cluster or of a group; neither is ever without one."""
    return str(found.get("CacheClusterStatus") or found.get("Status") or "available")


def _refuse_what_waits(found: Mapping[str, Any]) -> None:
    """ApplyImmediately applies whatever waits for the maintenance window, too (API_ModifyReplicationGroup)."""
    waiting = sorted(name for name, value in found.get("PendingModifiedValues", {}).items() if value)
    if set(waiting) - {_OWN_PENDING}:
        raise Refusal(f"other changes wait for the maintenance window, and would be applied too: {', '.join(waiting)}")


def _wait_until_ready(found: Mapping[str, Any]) -> None:
    """A change that a crash has left under way, or a snapshot, is waited for. Raises Busy."""
    status = _status(found)
    if status != "available":
        raise Busy(f"ElastiCache is at work on it ({status})", retry_after=60)


class _OfACluster:
    """What a cluster has of its own, or has from its group."""

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The cluster, and the groups of its account, since the target does not say which is the cluster's."""
        where = target.resource
        base = f"arn:{where.partition}:elasticache:{where.region}:{where.account}"
        return (f"{base}:cluster:{where.name}", f"{base}:replicationgroup:*")


def _whole(aws: Account, target: Target) -> str:
    group = cache_cluster(aws, target).get("ReplicationGroupId")
    return f"yes: the whole replication group {group}" if group else "no"


class KeepCacheSnapshots(_OfACluster, Remediation):
    """Take a snapshot every day, and keep each for some days.

    A group without cluster mode has to be told which member to take them of (API_ModifyReplicationGroup,
    SnapshottingClusterId): it is the one that the finding is about.
    """

    title = "Take snapshots of the cache every day"
    problem = "Cache without backups"
    controls = ("ElastiCache.1",)
    config_rules = ("ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",)
    resource_type = "AWS::ElastiCache::CacheCluster"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "snapshots older than the days that Undo goes back to: they are deleted"
    reads = ("elasticache:DescribeCacheClusters", "elasticache:DescribeReplicationGroups")
    writes = ("elasticache:ModifyCacheCluster", "elasticache:ModifyReplicationGroup")
    params: ClassVar[Mapping[str, Param]] = {"snapshotRetentionPeriod": Param(1, "days that snapshots are kept")}
    proved_on = "extended"
    deadline_seconds = 900

    def read(self, target: Target, aws: Account) -> Settings:
        """The days, of the group where the cluster has one. Raises Refusal for Memcached, which has no snapshots."""
        found = self._holder(target, aws)
        _refuse_what_waits(found)
        return {_KEPT: int(found.get("SnapshotRetentionLimit", 0))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """No fewer than the policy says."""
        return {**settings, _KEPT: max(int(settings.get(_KEPT) or 0), int(params["snapshotRetentionPeriod"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """At the group where there is one; ElastiCache refuses it at a member."""
        elasticache, holder = aws.client("elasticache"), self._holder(target, aws)
        _wait_until_ready(holder)
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
        """Whom it concerns."""
        yield evidence_of("Does it concern other clusters?", lambda: _whole(aws, target))

    def _holder(self, target: Target, aws: Account) -> dict[str, Any]:
        found = cache_cluster(aws, target)
        if found.get("Engine") == "memcached":
            raise Refusal("Memcached has no snapshots")
        group = found.get("ReplicationGroupId")
        return replication_group(aws, group) if group else found


class UpgradeCacheMinorVersions(_OfACluster, Toggle):
    """Let ElastiCache install minor versions in the maintenance window; nodes are replaced then."""

    title = "Install minor versions automatically"
    problem = "Cache misses minor upgrades"
    controls = ("ElastiCache.2",)
    config_rules = ("ELASTICACHE_AUTO_MINOR_VERSION_UPGRADE_CHECK",)
    resource_type = "AWS::ElastiCache::CacheCluster"
    effects = (Effect.RESTARTS,)
    reversible = Reversible.PARTLY
    not_restored = "the version before, once a newer one has been installed"
    reads = ("elasticache:DescribeCacheClusters", "elasticache:DescribeReplicationGroups")
    writes = ("elasticache:ModifyCacheCluster", "elasticache:ModifyReplicationGroup")
    proved_on = "extended"
    deadline_seconds = 900
    setting = "automatic minor version upgrades"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The cluster's flag, which follows that of its group."""
        return bool(cache_cluster(aws, target).get("AutoMinorVersionUpgrade"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """At the group where there is one. ApplyImmediately is not sent: it would take other people's changes along."""
        elasticache, found = aws.client("elasticache"), cache_cluster(aws, target)
        _wait_until_ready(found)
        if found.get("ReplicationGroupId"):
            _wait_until_ready(replication_group(aws, found["ReplicationGroupId"]))
            elasticache.modify_replication_group(
                ReplicationGroupId=found["ReplicationGroupId"], AutoMinorVersionUpgrade=on
            )
        else:
            elasticache.modify_cache_cluster(CacheClusterId=target.resource.name, AutoMinorVersionUpgrade=on)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """When, and whom it concerns."""
        yield evidence_of(
            "When may it restart?", lambda: cache_cluster(aws, target).get("PreferredMaintenanceWindow", "any time")
        )
        yield evidence_of("Does it concern other clusters?", lambda: _whole(aws, target))


class FailOverCache(Toggle):
    """Let a replica take over when the primary fails."""

    title = "Let a replica of the cache take over"
    problem = "Cache without failover"
    controls = ("ElastiCache.3",)
    config_rules = ("ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED",)
    resource_type = "AWS::ElastiCache::ReplicationGroup"
    effects = (Effect.TAKES_LONG,)
    reads = ("elasticache:DescribeReplicationGroups",)
    writes = ("elasticache:ModifyReplicationGroup",)
    deadline_seconds = 1800
    setting = "automatic failover"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """`enabling` is the old value: no proof before it is done. Raises Refusal where there is no replica."""
        found = replication_group(aws, target.resource.name)
        if len(found.get("MemberClusters", [])) < 2:  # noqa: PLR2004 - a primary and a replica
            raise Refusal("it has no replica that could take over: add one first, which costs as much as the primary")
        _refuse_what_waits(found)
        return bool(found["AutomaticFailover"] == "enabled")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """At once; multi-AZ, which needs it, is somebody else's setting."""
        _wait_until_ready(replication_group(aws, target.resource.name))
        aws.client("elasticache").modify_replication_group(
            ReplicationGroupId=target.resource.name, AutomaticFailoverEnabled=on, ApplyImmediately=True
        )
