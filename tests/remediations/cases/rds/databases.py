"""Instances and clusters of databases, and cases of them."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, targeted


def make_database(**more: Any) -> dict[str, Any]:
    made = plain_client("rds").create_db_instance(
        DBInstanceIdentifier="payroll",
        DBInstanceClass="db.t3.micro",
        Engine=more.pop("Engine", "postgres"),
        MasterUsername="root",
        MasterUserPassword=PLANTED,
        AllocatedStorage=20,
        Tags=TAGS,
        **more,
    )
    found: dict[str, Any] = made["DBInstance"]
    return found


def make_cluster(**more: Any) -> dict[str, Any]:
    made = plain_client("rds").create_db_cluster(
        DBClusterIdentifier="ledger",
        Engine=more.pop("Engine", "aurora-mysql"),
        MasterUsername="root",
        MasterUserPassword=PLANTED,
        Tags=TAGS,
        **more,
    )
    found: dict[str, Any] = made["DBCluster"]
    return found


class DatabaseCase(Case):
    """A case of a database for which somebody else turns on IAM authentication."""

    remediation: ClassVar[type[Remediation]]
    two_valued = True
    wrong: ClassVar[dict[str, Any]]

    def make(self) -> Target:
        return targeted(self.remediation, make_database(**self.wrong)["DBInstanceArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", EnableIAMDatabaseAuthentication=True)

    def beside(self, target: Target) -> Any:
        found = plain_client("rds").describe_db_instances()["DBInstances"][0]
        return found["IAMDatabaseAuthenticationEnabled"]

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", **self.wrong)

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_instance(DBInstanceIdentifier="payroll", SkipFinalSnapshot=True)


class ClusterCase(Case):
    """A case of a cluster whose maintenance window somebody else changes."""

    remediation: ClassVar[type[Remediation]]
    two_valued = True
    wrong: ClassVar[dict[str, Any]]

    def make(self) -> Target:
        return targeted(self.remediation, make_cluster(**self.wrong)["DBClusterArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", BackupRetentionPeriod=9)

    def beside(self, target: Target) -> Any:
        return plain_client("rds").describe_db_clusters()["DBClusters"][0]["BackupRetentionPeriod"]

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", **self.wrong)

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_cluster(DBClusterIdentifier="ledger", SkipFinalSnapshot=True)
