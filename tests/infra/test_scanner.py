"""The detector runs after every call in the accounts, and reports when it is idle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.cloud import CustomerCloud
from infra.local.detector import Detector
from infra.local.scanner import Scanner
from tests.infra.workspace_client import poll, text

ACCOUNT = "111122223333"
EU = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}


@pytest.fixture
def cloud() -> Iterator[CustomerCloud]:
    with CustomerCloud() as running:
        yield running


def test_a_change_is_detected_after_its_call(cloud: CustomerCloud) -> None:
    events: list[Any] = []
    watch = Scanner(Detector(cloud, "999999999999", events.append, lambda: datetime.now(UTC)), cloud.calls)
    try:
        watch.start()
        assert watch.idle
        cloud.client("s3", ACCOUNT).create_bucket(Bucket="acme-new", **EU)
        assert poll(lambda: "acme-new" in text(events), 20)
        assert poll(lambda: watch.idle, 10)
    finally:
        watch.stop()


def test_unchanged_findings_are_sent_again_on_demand_only(cloud: CustomerCloud) -> None:
    events: list[Any] = []
    watch = Scanner(Detector(cloud, "999999999999", events.append, lambda: datetime.now(UTC)), cloud.calls)
    cloud.client("s3", ACCOUNT).create_bucket(Bucket="acme-old", **EU)
    try:
        first = watch.look()
        assert first > 0
        assert watch.look() == 0
        assert watch.look(reemit=True) == first
    finally:
        watch.stop()
