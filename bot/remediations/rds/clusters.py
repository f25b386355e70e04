"""Clusters of Aurora, DocumentDB and Neptune, which share RDS's API: protected, backed up, logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.plan import Effect, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.rds.describe import OnCluster, cluster, modify_cluster
from bot.remediations.rds.logging import SendClusterLogs
from bot.remediations.toolkit.toggle import Toggle

_RETENTION: Final = "days that backups are kept"


class ProtectDocumentCluster(OnCluster, Toggle):
    """Let DocumentDB or Neptune refuse to delete the cluster."""

    title = "Protect the cluster against deletion"
    problem = "Cluster can be deleted by one call"
    controls = ("DocumentDB.5", "Neptune.4")
    config_rules = ("DOCDB_CLUSTER_DELETION_PROTECTION_ENABLED", "NEPTUNE_CLUSTER_DELETION_PROTECTION_ENABLED")
    reads = ("rds:DescribeDBClusters",)
    writes = ("rds:ModifyDBCluster",)
    setting = "deletion protection"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The cluster's flag."""
        return bool(cluster(aws, target).get("DeletionProtection"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag."""
        modify_cluster(aws, target, DeletionProtection=on)


class SendDocumentAudits(SendClusterLogs):
    """Send the audit log to CloudWatch; whether it is written is decided by the cluster's parameters."""

    title = "Send the cluster's audit log to CloudWatch"
    problem = "Audit log of the cluster is not kept"
    controls = ("DocumentDB.4", "Neptune.2")
    config_rules = ("DOCDB_CLUSTER_AUDIT_LOGGING_ENABLED", "NEPTUNE_CLUSTER_CLOUDWATCH_LOG_EXPORT_ENABLED")
    wanted: ClassVar = {"DocumentDB.4": ("audit",), "Neptune.2": ("audit",)}


class KeepClusterBackups(OnCluster):
    """Keep backups for as many days as the control wants; more than that stays more.

    RDS makes the change at once by itself, without the other changes that wait (API_ModifyDBCluster, ApplyImmediately).
    """

    title = "Keep the cluster's backups longer"
    problem = "Cluster backups are not kept long enough"
    controls = ("DocumentDB.2", "Neptune.5", "RDS.50")
    config_rules = (
        "DOCDB_CLUSTER_BACKUP_RETENTION_CHECK",
        "NEPTUNE_CLUSTER_BACKUP_RETENTION_CHECK",
        "RDS_CLUSTER_BACKUP_RETENTION_CHECK",
    )
    effects = (Effect.COSTS_MONEY,)
    reversible = Reversible.PARTLY
    not_restored = "backups older than the days that Undo goes back to: they are deleted"
    reads = ("rds:DescribeDBClusters",)
    writes = ("rds:ModifyDBCluster",)
    params: ClassVar[Mapping[str, Param]] = {"minimumBackupRetentionPeriod": Param(7, "days, up to 35")}
    deadline_seconds = 1800

    def read(self, target: Target, aws: Account) -> Settings:
        """The days."""
        return {_RETENTION: int(cluster(aws, target)["BackupRetentionPeriod"])}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Never fewer than now."""
        return {_RETENTION: max(int(settings[_RETENTION]), int(params["minimumBackupRetentionPeriod"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Only the days."""
        modify_cluster(aws, target, BackupRetentionPeriod=int(value))
