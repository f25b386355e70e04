"""Cases of `bot.remediations.dynamodb.point_in_time_recovery`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.dynamodb.point_in_time_recovery import RecoverTable
from tests.aws import plain_client
from tests.remediations.cases.dynamodb.deletion_protection import ATableThatCanBeDeleted


class ATableWithoutBackups(ATableThatCanBeDeleted):
    remediation = RecoverTable

    def edit_same(self, target: Target) -> None:
        off = {"PointInTimeRecoveryEnabled": False}
        plain_client("dynamodb").update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=off)
