"""The customers' accounts, fresh for every test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.cloud import CustomerCloud

ACCOUNT, OTHER = "111122223333", "444455556666"
HUB = "999900001111"


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def cloud() -> Iterator[CustomerCloud]:
    with CustomerCloud(home_account=HUB) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ec2(cloud: CustomerCloud) -> Any:
    return cloud.client("ec2", ACCOUNT)


@pytest.fixture
def s3(cloud: CustomerCloud) -> Any:
    return cloud.client("s3", ACCOUNT)
