"""Cases of `bot.remediations.firehose.encryption`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.firehose.encryption import EncryptDelivery
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class ADeliveryInPlainText(Case):
    remediation = EncryptDelivery
    two_valued = True
    arn = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/clicks"

    def make(self) -> Target:
        to = {"RoleARN": f"arn:aws:iam::{ACCOUNT}:role/firehose", "BucketARN": "arn:aws:s3:::acme-clicks"}
        tags = [{"Key": "password", "Value": PLANTED}]
        plain_client("firehose").create_delivery_stream(
            DeliveryStreamName="clicks", ExtendedS3DestinationConfiguration=to, Tags=tags
        )
        return targeted(EncryptDelivery, self.arn)

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("firehose").tag_delivery_stream(DeliveryStreamName="clicks", Tags=tags)

    def beside(self, target: Target) -> Any:
        tags = plain_client("firehose").list_tags_for_delivery_stream(DeliveryStreamName="clicks")["Tags"]
        return sorted(one["Key"] for one in tags)

    def edit_same(self, target: Target) -> None:
        plain_client("firehose").stop_delivery_stream_encryption(DeliveryStreamName="clicks")

    def destroy(self, target: Target) -> None:
        plain_client("firehose").delete_delivery_stream(DeliveryStreamName="clicks")
