"""S3: the EventBridge setting of a bucket's notifications."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from infra.local.moto_extensions.patching import replace

_get_bucket_notification = S3Response.get_bucket_notification


def get_bucket_notification(self: S3Response) -> Any:
    """Return EventBridgeConfiguration, which moto accepts but does not return.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html: an empty element where
    EventBridge gets the bucket's events.
    """
    configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
    if configuration is None or configuration.event_bridge is None:
        return _get_bucket_notification(self)
    serialized = self.serialized

    def with_bridge(answer: ActionResult) -> Any:
        named: Any = answer.result
        return serialized(ActionResult({**named, "EventBridgeConfiguration": {}}))

    vars(self)["serialized"] = with_bridge  # of this request only
    return _get_bucket_notification(self)


def install() -> None:
    replace(S3Response, get_bucket_notification=get_bucket_notification)
