"""Keep automatic snapshots of Redshift clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.domain.plan import Effect, Reversible, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.redshift.clusters import describe_cluster, modify_cluster
from bot.remediations.toolkit.minimum import Minimum


class KeepClusterSnapshots(Minimum):
    """Keep automatic snapshots for the minimum number of days; a longer retention stays."""

    title = "Keep automatic snapshots of the cluster"
    problem = "Redshift cluster without backups"
    controls = ("Redshift.3",)
    config_rules = ("REDSHIFT_BACKUP_ENABLED",)
    resource_type = "AWS::Redshift::Cluster"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "snapshots older than the days that Undo goes back to: they are deleted"
    reads = ("redshift:DescribeClusters",)
    writes = ("redshift:ModifyCluster",)
    params: ClassVar[Mapping[str, Param]] = {"minRetentionPeriod": Param(7, "days that snapshots are kept")}
    deadline_seconds = 900
    setting = "days that automatic snapshots are kept"
    minimum = "minRetentionPeriod"

    def number(self, target: Target, aws: Account) -> int:
        return int(describe_cluster(aws, target).get("AutomatedSnapshotRetentionPeriod", 0))

    def set_number(self, target: Target, aws: Account, number: int) -> None:
        modify_cluster(aws, target, AutomatedSnapshotRetentionPeriod=number)
