"""Cases of `bot.remediations.s3.events`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.s3.events import NotifyOfChanges
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.s3.buckets import INVOICES_BUCKET, BucketCase
from tests.remediations.contract import targeted


class ABucketWithoutEvents(BucketCase):
    remediation = NotifyOfChanges
    two_valued = True

    def make(self) -> Target:
        super().make()
        return targeted(NotifyOfChanges, INVOICES_BUCKET, params={"destination": "EventBridge"})

    def edit_same(self, target: Target) -> None:
        plain_client("s3").put_bucket_notification_configuration(Bucket=INVOICES_BUCKET, NotificationConfiguration={})


class ABucketWhoseEventsGoToATopic(ABucketWithoutEvents):
    two_valued = False

    def make(self) -> Target:
        super().make()
        for name in ("object-events", "others"):
            plain_client("sns").create_topic(Name=name)
        return targeted(
            NotifyOfChanges, INVOICES_BUCKET, params={"destination": "arn:aws:sns:{region}:{account}:object-events"}
        )

    def edit_same(self, target: Target) -> None:
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:others"
        theirs = {"Id": "CspmEvents", "TopicArn": topic, "Events": ["s3:ObjectTagging:*"]}
        plain_client("s3").put_bucket_notification_configuration(
            Bucket=INVOICES_BUCKET, NotificationConfiguration={"TopicConfigurations": [theirs]}
        )
