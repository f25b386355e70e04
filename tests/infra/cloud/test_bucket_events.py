from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def bucket(s3: Any) -> str:
    s3.create_bucket(Bucket="acme-events", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return "acme-events"


def events(s3: Any, bucket: str) -> dict[str, Any]:
    answer: dict[str, Any] = s3.get_bucket_notification_configuration(Bucket=bucket)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_events_to_eventbridge_are_read_back(s3: Any, bucket: str) -> None:
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert events(s3, bucket) == {"EventBridgeConfiguration": {}}


def test_a_bucket_without_events_says_nothing(s3: Any, bucket: str) -> None:
    assert events(s3, bucket) == {}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    assert events(s3, bucket) == {}
