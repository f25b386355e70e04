"""Deletion protection of DynamoDB tables."""

from __future__ import annotations

from bot.domain.errors import Busy
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.dynamodb.tables import table_of
from bot.remediations.toolkit.toggle import Toggle


class ProtectTable(Toggle):
    """Protect the table against deletion."""

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
        return bool(table_of(aws, target).get("DeletionProtectionEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Update the table. Raise Busy during another update."""
        status = table_of(aws, target)["TableStatus"]
        if status != "ACTIVE":
            raise Busy(f"DynamoDB is at work on the table ({status})", retry_after=30)
        aws.client("dynamodb").update_table(TableName=target.resource.name, DeletionProtectionEnabled=on)
