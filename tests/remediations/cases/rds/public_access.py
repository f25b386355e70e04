"""Cases of `bot.remediations.rds.public_access`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.rds.public_access import MakeDatabasePrivate
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, targeted


class APublicDatabase(Case):
    remediation = MakeDatabasePrivate
    two_valued = True

    def make(self) -> Target:
        made = plain_client("rds").create_db_instance(
            DBInstanceIdentifier="payroll",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            MasterUsername="root",
            MasterUserPassword=PLANTED,
            AllocatedStorage=20,
            PubliclyAccessible=True,
            Tags=TAGS,
        )
        return targeted(MakeDatabasePrivate, made["DBInstance"]["DBInstanceArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", BackupRetentionPeriod=7)

    def beside(self, target: Target) -> Any:
        return self.database()["BackupRetentionPeriod"]

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", PubliclyAccessible=True)

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_instance(DBInstanceIdentifier="payroll", SkipFinalSnapshot=True)

    def database(self) -> dict[str, Any]:
        found: dict[str, Any] = plain_client("rds").describe_db_instances()["DBInstances"][0]
        return found


class ADatabaseThatConfigNamesById(APublicDatabase):
    """The same, identified by its DbiResourceId as in AWS Config."""

    def make(self) -> Target:
        super().make()
        return targeted(MakeDatabasePrivate, self.database()["DbiResourceId"])
