"""The tables under the contract's tests, and the emulators behind two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.adapters.memory.table import MemoryTable
from bot.domain.ports import Table


@pytest.fixture
def moto_aws() -> Iterator[None]:
    """All boto3 clients made within see moto, in process."""
    with mock_aws():
        yield


@pytest.fixture(params=["memory", "moto", "ministack"])
def table(request: pytest.FixtureRequest) -> Table:
    """A table that keeps the whole contract, as far as its emulator does."""
    return _table(request)


@pytest.fixture(params=["memory", "ministack"])
def exact_table(request: pytest.FixtureRequest) -> Table:
    """A table that is exact: moto applies a transaction twice that has one token, and fails to compare 5 with "9"."""
    return _table(request)


def _table(request: pytest.FixtureRequest) -> Table:
    match request.param:
        case "memory":
            return MemoryTable()
        case "moto":
            request.getfixturevalue("moto_aws")
            return _made(boto3.client("dynamodb", **_EXAMPLE_CREDENTIALS))
        case _:
            return _made(request.getfixturevalue("ministack").client("dynamodb"))


def _made(client: Any) -> DynamoTable:
    name = f"table-{uuid4().hex}"
    attributes = ("pk", "sk", "due_pk", "due_sk", "behind_pk", "behind_sk")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        KeySchema=_schema("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _schema(f"{index}_pk", f"{index}_sk"),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("due", "behind")
        ],
    )
    return DynamoTable(client, name)


def _schema(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]


_EXAMPLE_CREDENTIALS: dict[str, Any] = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key": "example",
}
