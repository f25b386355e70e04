"""Cases of `bot.remediations.rds.logging`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.remediations.rds.logging import SendClusterLogs, SendDatabaseLogs, SendDocumentAudits
from tests.aws import plain_client
from tests.remediations.cases.rds.databases import ClusterCase, DatabaseCase, make_cluster, make_database
from tests.remediations.contract import targeted


class ADatabaseWhoseLogsStay(DatabaseCase):
    """A database that exports one of its logs already."""

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
    """RDS.36 requires one log type; the other, which somebody else exports later, stays."""

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


class ADocumentClusterWithoutAudits(ClusterCase):
    """An Aurora cluster, because moto has no DocumentDB clusters in the RDS API, unlike AWS."""

    remediation = SendDocumentAudits
    wrong: ClassVar = {"EnableCloudwatchLogsExports": ["profiler"]}

    def make(self) -> Target:
        return targeted(SendDocumentAudits, make_cluster(**self.wrong)["DBClusterArn"])

    def edit_same(self, target: Target) -> None:
        change = {"DisableLogTypes": ["audit"]}
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", CloudwatchLogsExportConfiguration=change)
