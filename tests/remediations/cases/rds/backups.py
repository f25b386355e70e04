"""Cases of `bot.remediations.rds.backups`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.remediations.rds.backups import KeepBackups, KeepClusterBackups
from tests.aws import plain_client
from tests.remediations.cases.rds.databases import ClusterCase, DatabaseCase


class ADatabaseWithOneDayOfBackups(DatabaseCase):
    remediation = KeepBackups
    two_valued = False
    wrong: ClassVar = {"BackupRetentionPeriod": 1}

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", BackupRetentionPeriod=30)


class AClusterWithOneDayOfBackups(ClusterCase):
    remediation = KeepClusterBackups
    two_valued = False
    wrong: ClassVar = {"BackupRetentionPeriod": 1}

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", CopyTagsToSnapshot=True)

    def beside(self, target: Target) -> Any:
        return plain_client("rds").describe_db_clusters()["DBClusters"][0].get("CopyTagsToSnapshot")

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", BackupRetentionPeriod=30)
