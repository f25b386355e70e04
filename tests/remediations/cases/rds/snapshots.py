"""Cases of `bot.remediations.rds.snapshots`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.rds.snapshots import UnshareClusterSnapshot, UnshareDatabaseSnapshot
from tests.aws import plain_client
from tests.remediations.cases.rds.databases import make_cluster, make_database
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted

PARTNER = "210987654321"


class APublicDatabaseSnapshot(Case):
    remediation = UnshareDatabaseSnapshot
    two_valued = True

    def make(self) -> Target:
        make_database()
        made = plain_client("rds").create_db_snapshot(
            DBSnapshotIdentifier="before-migration", DBInstanceIdentifier="payroll", Tags=TAGS
        )
        self.share("all")
        return targeted(UnshareDatabaseSnapshot, made["DBSnapshot"]["DBSnapshotArn"])

    def edit_beside(self, target: Target) -> None:
        self.share(PARTNER)

    def beside(self, target: Target) -> Any:
        answer = plain_client("rds").describe_db_snapshot_attributes(DBSnapshotIdentifier="before-migration")
        (attribute,) = answer["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]
        return PARTNER in attribute["AttributeValues"]

    def edit_same(self, target: Target) -> None:
        self.share("all")

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_snapshot(DBSnapshotIdentifier="before-migration")

    def share(self, whom: str) -> None:
        plain_client("rds").modify_db_snapshot_attribute(
            DBSnapshotIdentifier="before-migration", AttributeName="restore", ValuesToAdd=[whom]
        )


class APublicClusterSnapshot(Case):
    remediation = UnshareClusterSnapshot
    two_valued = True

    def make(self) -> Target:
        make_cluster()
        made = plain_client("rds").create_db_cluster_snapshot(
            DBClusterSnapshotIdentifier="before-migration", DBClusterIdentifier="ledger", Tags=TAGS
        )
        self.share("all")
        return targeted(UnshareClusterSnapshot, made["DBClusterSnapshot"]["DBClusterSnapshotArn"])

    def edit_beside(self, target: Target) -> None:
        self.share(PARTNER)

    def beside(self, target: Target) -> Any:
        answer = plain_client("rds").describe_db_cluster_snapshot_attributes(
            DBClusterSnapshotIdentifier="before-migration"
        )
        (attribute,) = answer["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"]
        return PARTNER in attribute["AttributeValues"]

    def edit_same(self, target: Target) -> None:
        self.share("all")

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_cluster_snapshot(DBClusterSnapshotIdentifier="before-migration")

    def share(self, whom: str) -> None:
        plain_client("rds").modify_db_cluster_snapshot_attribute(
            DBClusterSnapshotIdentifier="before-migration", AttributeName="restore", ValuesToAdd=[whom]
        )
