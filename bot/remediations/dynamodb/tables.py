"""Calls about DynamoDB tables that several remediations share."""

from __future__ import annotations

from typing import Any, Final

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if

NOT_FOUND: Final = ("ResourceNotFoundException", "TableNotFoundException")
_NOT_CHANGEABLE: Final = frozenset(
    {"ARCHIVED", "ARCHIVING", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "REPLICATION_NOT_AUTHORIZED"}
)


def table_of(aws: Account, target: Target) -> dict[str, Any]:
    """Return the table. Raise ResourceGone, also while it is being deleted, or Refusal if it cannot be updated."""
    with gone_if(*NOT_FOUND):
        table: dict[str, Any] = aws.client("dynamodb").describe_table(TableName=target.resource.name)["Table"]
    if table["TableStatus"] == "DELETING":
        raise ResourceGone("DELETING")
    if table["TableStatus"] in _NOT_CHANGEABLE:
        raise Refusal(f"DynamoDB changes no table that is {table['TableStatus']}")
    return table
