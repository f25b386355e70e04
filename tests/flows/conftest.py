"""A stage with one account that has a public bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from tests.aws import plain_client
from tests.flows.stage import Stage

BUCKET = "acme-payroll-exports"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Moto in process: its one default account stands for the example account."""
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    with mock_aws():
        yield


@pytest.fixture
def s3() -> Any:
    """S3 as somebody else uses it, with the public bucket in it."""
    client = plain_client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


@pytest.fixture
def stage() -> Stage:
    """The whole bot in memory."""
    return Stage()
