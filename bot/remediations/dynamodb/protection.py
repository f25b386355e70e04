"""DynamoDB tables: protected against deletion, and recoverable to any second."""

from __future__ import annotations

from typing import Any, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle

_CANNOT: Final = frozenset(
    {"ARCHIVED", "ARCHIVING", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "REPLICATION_NOT_AUTHORIZED"}
)
_GONE: Final = ("ResourceNotFoundException", "TableNotFoundException")


def table(aws: Account, target: Target) -> dict[str, Any]:
    """The table. Raises ResourceGone, also while it is being deleted."""
    with gone_if(*_GONE):
        found: dict[str, Any] = aws.client("dynamodb").describe_table(TableName=target.resource.name)["Table"]
    if found["TableStatus"] == "DELETING":
        raise ResourceGone("DELETING")
    if found["TableStatus"] in _CANNOT:
        raise Refusal(f"DynamoDB changes no table that is {found['TableStatus']}")
    return found


class ProtectTable(Toggle):
    """Refuse to delete the table until somebody takes the protection off."""

    title = "Protect the table against deletion"
    problem = "Table can be deleted by mistake"
    controls = ("DynamoDB.6",)
    config_rules = ("DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED",)
    resource_type = "AWS::DynamoDB::Table"
    reads = ("dynamodb:DescribeTable",)
    writes = ("dynamodb:UpdateTable",)
    setting = "deletion protection"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The table's own flag."""
        return bool(table(aws, target).get("DeletionProtectionEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag. Raises Busy while DynamoDB is at work on the table."""
        status = table(aws, target)["TableStatus"]
        if status != "ACTIVE":
            raise Busy(f"DynamoDB is at work on the table ({status})", retry_after=30)
        aws.client("dynamodb").update_table(TableName=target.resource.name, DeletionProtectionEnabled=on)


class RecoverTable(Toggle):
    """Keep 35 days of changes, so that the table can be restored as it was at any second of them.

    Turning it off again throws those days away (Amazon DynamoDB Developer Guide, "Point-in-time recovery").
    """

    title = "Turn on point-in-time recovery of the table"
    problem = "Table without backups"
    controls = ("DynamoDB.2",)
    config_rules = ("DYNAMODB_PITR_ENABLED",)
    resource_type = "AWS::DynamoDB::Table"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "the changes recorded by then: DynamoDB forgets them all"
    reads = ("dynamodb:DescribeContinuousBackups",)
    writes = ("dynamodb:UpdateContinuousBackups",)
    setting = "point-in-time recovery"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The status of point-in-time recovery, which is apart from that of continuous backups."""
        with gone_if(*_GONE):
            answer = aws.client("dynamodb").describe_continuous_backups(TableName=target.resource.name)
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """With DynamoDB's own period."""
        aws.client("dynamodb").update_continuous_backups(
            TableName=target.resource.name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
        )
