"""Keep automatic backups of RDS instances and clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.rds.describe import (
    OnCluster,
    OnDatabase,
    database_outside_cluster,
    describe_cluster,
    describe_database,
    modify_cluster,
    modify_database,
    refuse_if_other_changes_wait,
)
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.minimum import Minimum

_RETENTION: Final = "days that backups are kept"


class KeepBackups(OnDatabase, Minimum):
    """Keep automatic backups of an instance for the minimum number of days; a longer retention stays.

    Turning backups on takes effect immediately only with ApplyImmediately, which also applies other pending changes: an
    instance that has any is refused. In a single zone it suspends I/O for some seconds (API_ModifyDBInstance).
    """

    title = "Keep automatic backups"
    problem = "Backups are not kept long enough"
    controls = ("RDS.11",)
    config_rules = ("DB_INSTANCE_BACKUP_ENABLED",)
    effects = (Effect.RESTARTS, Effect.COSTS_MONEY)
    reversible = Reversible.PARTLY
    not_restored = "backups taken since: Undo to no backups makes RDS delete all of them"
    reads = ("rds:DescribeDBInstances",)
    writes = ("rds:ModifyDBInstance",)
    params: ClassVar[Mapping[str, Param]] = {"backupRetentionMinimum": Param(7, "days that backups are kept at least")}
    deadline_seconds = 1800
    setting = _RETENTION
    minimum = "backupRetentionMinimum"

    def number(self, target: Target, aws: Account) -> int:
        """Return the days; 0 is no backups. Raises Refusal for a read replica, and where other changes wait."""
        instance = database_outside_cluster(aws, target)
        if instance.get("ReadReplicaSourceDBInstanceIdentifier"):
            raise Refusal("it is a read replica: the control leaves those out, its source has the backups")
        refuse_if_other_changes_wait(instance, "BackupRetentionPeriod")
        return int(instance["BackupRetentionPeriod"])

    def set_number(self, target: Target, aws: Account, number: int) -> None:
        modify_database(aws, target, BackupRetentionPeriod=number, ApplyImmediately=True)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "When are backups made?", lambda: f"{describe_database(aws, target)['PreferredBackupWindow']} UTC"
        )
        yield evidence_of("Does a standby take the load of them?", lambda: _standby(describe_database(aws, target)))


def _standby(instance: Mapping[str, Any]) -> str:
    return "yes" if instance["MultiAZ"] else "no: I/O stops for some seconds at each backup"


class KeepClusterBackups(OnCluster, Minimum):
    """Keep automatic backups of a cluster for the minimum number of days; a longer retention stays.

    RDS applies this immediately, without other pending changes (API_ModifyDBCluster, ApplyImmediately).
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
    setting = _RETENTION
    minimum = "minimumBackupRetentionPeriod"

    def number(self, target: Target, aws: Account) -> int:
        return int(describe_cluster(aws, target)["BackupRetentionPeriod"])

    def set_number(self, target: Target, aws: Account, number: int) -> None:
        modify_cluster(aws, target, BackupRetentionPeriod=number)
