"""Encrypt Firehose streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.arns import arn_of
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle


class EncryptDelivery(Toggle):
    """Encrypt the buffered data of a Firehose stream with a key that AWS owns, which is free and needs no permissions.

    Firehose stores nothing of a stream that reads from a source such as Kinesis or MSK, and cannot encrypt it
    (API_StartDeliveryStreamEncryption): it is refused.
    """

    title = "Encrypt the delivery stream"
    problem = "Unencrypted Firehose stream"
    controls = ("DataFirehose.1",)
    config_rules = ("KINESIS_FIREHOSE_DELIVERY_STREAM_ENCRYPTED",)
    resource_type = "AWS::KinesisFirehose::DeliveryStream"
    reads = ("firehose:DescribeDeliveryStream",)
    writes = ("firehose:StartDeliveryStreamEncryption", "firehose:StopDeliveryStreamEncryption")
    deadline_seconds = 600
    setting = "server-side encryption"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether encryption is enabled, not just being enabled. Raises Refusal where it has a source."""
        return _encryption_status(_delivery_stream(aws, target)) == "ENABLED"

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Start or stop encryption. Raises Busy while Firehose is changing the stream."""
        firehose, name = aws.client("firehose"), target.resource.name
        now = _delivery_stream(aws, target)
        if now["DeliveryStreamStatus"] != "ACTIVE" or _encryption_status(now) in {"DISABLING", "ENABLING"}:
            raise Busy("Firehose is at work on the delivery stream", retry_after=30)
        if on:
            owned = {"KeyType": "AWS_OWNED_CMK"}
            firehose.start_delivery_stream_encryption(
                DeliveryStreamName=name, DeliveryStreamEncryptionConfigurationInput=owned
            )
        else:
            firehose.stop_delivery_stream_encryption(DeliveryStreamName=name)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the stream's ARN, also where AWS Config gives its name."""
        return (arn_of(target, "firehose", f"deliverystream/{target.resource.name}"),)


def _delivery_stream(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("firehose").describe_delivery_stream(DeliveryStreamName=target.resource.name)
    found: dict[str, Any] = answer["DeliveryStreamDescription"]
    if found["DeliveryStreamStatus"] == "DELETING":
        raise ResourceGone("DELETING")
    if found["DeliveryStreamType"] != "DirectPut":
        raise Refusal(f"it reads from a source of its own ({found['DeliveryStreamType']}): encrypt that instead")
    return found


def _encryption_status(stream: Mapping[str, Any]) -> str:
    return str(stream.get("DeliveryStreamEncryptionConfiguration", {}).get("Status", "DISABLED"))
