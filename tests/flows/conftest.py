"""A stage with one account that has a public bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.moto_api._internal.models import moto_api_backend

from tests.aws import plain_client
from tests.flows.stage import Stage

BUCKET = "acme-payroll-exports"


@pytest.fixture(scope="module")
def cloud() -> Iterator[None]:
    """Moto in process, for all tests of a module: its one default account stands for the example account."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("MOTO_ACCOUNT_ID", "111122223333")
        environment.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # 1,300 images at every reset, and none is used
        yield


@pytest.fixture(autouse=True)
def aws(cloud: None) -> None:  # noqa: ARG001 - each test's account is in that cloud
    """Empty the account before each test."""
    moto_api_backend.reset()


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
