"""ElastiCache clusters and replication groups: the calls that several remediations share.

Settings that a replication group decides for its members are changed in the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Evidence, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if

_NOT_CHANGEABLE: Final = frozenset({"create-failed", "creating", "incompatible-network", "restore-failed"})
_OWN_PENDING_CHANGE: Final = "AutomaticFailoverStatus"


class CacheClusterRemediation(Remediation):
    """A remediation of a cluster, which may be a member of a replication group."""

    resource_type = "AWS::ElastiCache::CacheCluster"
    reads = ("elasticache:DescribeCacheClusters", "elasticache:DescribeReplicationGroups")
    writes = ("elasticache:ModifyCacheCluster", "elasticache:ModifyReplicationGroup")
    proved_on = "extended"
    deadline_seconds = 900

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARNs of the cluster and of all groups, because the target does not name the cluster's group."""
        where = target.resource
        base = f"arn:{where.partition}:elasticache:{where.region}:{where.account}"
        return (f"{base}:cluster:{where.name}", f"{base}:replicationgroup:*")


def group_evidence(aws: Account, target: Target) -> Evidence:
    """Return the evidence whether a change affects other clusters of a replication group."""
    return evidence_of("Does it concern other clusters?", lambda: _whole_group(cache_cluster(aws, target)))


def _whole_group(cluster: Mapping[str, Any]) -> str:
    group = cluster.get("ReplicationGroupId")
    return f"yes: the whole replication group {group}" if group else "no"


def cache_cluster(aws: Account, target: Target) -> dict[str, Any]:
    """Return the cluster. Raise ResourceGone, or Refusal if it cannot be modified."""
    with gone_if("CacheClusterNotFound", "CacheClusterNotFoundFault"):
        response = aws.client("elasticache").describe_cache_clusters(CacheClusterId=target.resource.name)
    return _modifiable(response["CacheClusters"])


def replication_group(aws: Account, name: str) -> dict[str, Any]:
    """Return a replication group. Raise ResourceGone, or Refusal if it cannot be modified."""
    with gone_if("ReplicationGroupNotFoundFault"):
        response = aws.client("elasticache").describe_replication_groups(ReplicationGroupId=name)
    return _modifiable(response["ReplicationGroups"])


def refuse_pending_changes(cluster_or_group: Mapping[str, Any]) -> None:
    """Raise Refusal if changes are pending, because ApplyImmediately would apply them (API_ModifyReplicationGroup)."""
    pending = sorted(name for name, value in cluster_or_group.get("PendingModifiedValues", {}).items() if value)
    if set(pending) - {_OWN_PENDING_CHANGE}:
        raise Refusal(f"other changes wait for the maintenance window, and would be applied too: {', '.join(pending)}")


def require_available(cluster_or_group: Mapping[str, Any]) -> None:
    """Raise Busy during another modification or a snapshot."""
    status = _status(cluster_or_group)
    if status != "available":
        raise Busy(f"ElastiCache is at work on it ({status})", retry_after=60)


def _modifiable(found: list[dict[str, Any]]) -> dict[str, Any]:
    if not found or _status(found[0]) in {"deleted", "deleting"}:
        raise ResourceGone("deleted, or being deleted")
    if _status(found[0]) in _NOT_CHANGEABLE:
        raise Refusal(f"ElastiCache changes nothing that is {_status(found[0])}")
    return found[0]


def _status(cluster_or_group: Mapping[str, Any]) -> str:
    return str(cluster_or_group.get("CacheClusterStatus") or cluster_or_group.get("Status") or "available")
