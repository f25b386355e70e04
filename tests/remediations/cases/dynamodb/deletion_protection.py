"""Cases of `bot.remediations.dynamodb.deletion_protection`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.dynamodb.deletion_protection import ProtectTable
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ATableThatCanBeDeleted(Case):
    remediation: ClassVar[type[Remediation]] = ProtectTable
    two_valued = True
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"

    def make(self) -> Target:
        plain_client("dynamodb").create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=TAGS,
        )
        return targeted(self.remediation, "orders")

    def edit_beside(self, target: Target) -> None:
        plain_client("dynamodb").tag_resource(ResourceArn=self.arn, Tags=[{"Key": "theirs", "Value": "web"}])

    def beside(self, target: Target) -> Any:
        tags = plain_client("dynamodb").list_tags_of_resource(ResourceArn=self.arn)["Tags"]
        return [one for one in tags if one["Key"] in {"theirs", "password"}]

    def edit_same(self, target: Target) -> None:
        plain_client("dynamodb").update_table(TableName="orders", DeletionProtectionEnabled=False)

    def destroy(self, target: Target) -> None:
        plain_client("dynamodb").delete_table(TableName="orders")
