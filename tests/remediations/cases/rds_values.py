# ruff: noqa: ARG002 - a case knows its resource without the target
"""How databases lack backups, measurements and logs."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.remediations.rds.backups import KeepBackups
from bot.remediations.rds.logging import SendClusterLogs, SendDatabaseLogs
from bot.remediations.rds.monitoring import MonitorDatabase
from tests.aws import plain_client
from tests.remediations.cases.rds_switches import ClusterCase, DatabaseCase, make_cluster, make_database
from tests.remediations.contract import targeted

_ROLE = "arn:aws:iam::123456789012:role/rds-monitoring"


class ADatabaseWithOneDayOfBackups(DatabaseCase):
    remediation = KeepBackups
    two_valued = False
    wrong: ClassVar = {"BackupRetentionPeriod": 1}

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", BackupRetentionPeriod=30)


class ADatabaseThatNobodyMeasures(DatabaseCase):
    remediation = MonitorDatabase
    two_valued = False
    wrong: ClassVar = {"MonitoringInterval": 0}

    def make(self) -> Target:
        arn = make_database(**self.wrong)["DBInstanceArn"]
        return targeted(MonitorDatabase, arn, params={"monitoringRole": _ROLE})

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", MonitoringInterval=5)


class ADatabaseWhoseLogsStay(DatabaseCase):
    """One kind of them is sent already."""

    remediation = SendDatabaseLogs
    two_valued = False
    wrong: ClassVar = {"EnableCloudwatchLogsExports": ["error"]}

    def make(self) -> Target:
        return targeted(SendDatabaseLogs, make_database(Engine="mysql", **self.wrong)["DBInstanceArn"])

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(
            DBInstanceIdentifier="payroll", CloudwatchLogsExportConfiguration={"DisableLogTypes": ["audit"]}
        )


class APostgresWhoseLogStays(DatabaseCase):
    """RDS.36 names one kind; the other, which somebody else sends later, is not touched."""

    remediation = SendDatabaseLogs
    wrong: ClassVar = {}

    def make(self) -> Target:
        return targeted(SendDatabaseLogs, make_database()["DBInstanceArn"], "RDS.36")

    def edit_beside(self, target: Target) -> None:
        self.change(EnableLogTypes=["upgrade"])

    def beside(self, target: Target) -> Any:
        return (
            "upgrade" in plain_client("rds").describe_db_instances()["DBInstances"][0]["EnabledCloudwatchLogsExports"]
        )

    def edit_same(self, target: Target) -> None:
        self.change(DisableLogTypes=["postgresql"])

    def change(self, **change: list[str]) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", CloudwatchLogsExportConfiguration=change)


class AClusterWhoseAuditLogStays(ClusterCase):
    remediation = SendClusterLogs
    wrong: ClassVar = {}

    def make(self) -> Target:
        return targeted(SendClusterLogs, make_cluster()["DBClusterArn"], "RDS.34")

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_cluster(
            DBClusterIdentifier="ledger", CloudwatchLogsExportConfiguration={"DisableLogTypes": ["audit"]}
        )
