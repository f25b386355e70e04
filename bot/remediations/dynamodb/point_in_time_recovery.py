"""Point-in-time recovery of DynamoDB tables."""

from __future__ import annotations

from bot.domain.plan import Effect, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.dynamodb.tables import NOT_FOUND
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle


class RecoverTable(Toggle):
    """Keep 35 days of changes, so that the table can be restored to any second of them.

    Turning it off discards those days (Amazon DynamoDB Developer Guide, "Point-in-time recovery").
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
        """Return whether point-in-time recovery is on; it has a status apart from that of continuous backups."""
        with gone_if(*NOT_FOUND):
            response = aws.client("dynamodb").describe_continuous_backups(TableName=target.resource.name)
        recovery = response["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Turn it on or off, with the default recovery period."""
        aws.client("dynamodb").update_continuous_backups(
            TableName=target.resource.name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
        )
