"""Automatic failover of ElastiCache replication groups."""

from __future__ import annotations

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.elasticache.clusters import refuse_pending_changes, replication_group, require_available
from bot.remediations.toolkit.toggle import Toggle


class FailOverCache(Toggle):
    """Promote a replica automatically when the primary fails."""

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
        """Return whether failover is enabled, which it is not yet while `enabling`.

        Raise Refusal if there is no replica, or if other changes are pending.
        """
        group = replication_group(aws, target.resource.name)
        if len(group.get("MemberClusters", [])) < 2:  # noqa: PLR2004 - a primary and a replica
            raise Refusal("it has no replica that could take over: add one first, which costs as much as the primary")
        refuse_pending_changes(group)
        return bool(group["AutomaticFailover"] == "enabled")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Modify the group immediately; Multi-AZ, which depends on failover, is not changed."""
        require_available(replication_group(aws, target.resource.name))
        aws.client("elasticache").modify_replication_group(
            ReplicationGroupId=target.resource.name, AutomaticFailoverEnabled=on, ApplyImmediately=True
        )
