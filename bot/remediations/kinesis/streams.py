"""Kinesis and Firehose: encrypted, and kept long enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.toggle import Toggle

_KEY: Final = "encryption key"
_HOURS: Final = "hours that records are kept"


class EncryptStream(Remediation):
    """Encrypt what is written to the stream from now on, with the key of the service unless the policy names another.

    With a key of one's own, producers need kms:GenerateDataKey and consumers kms:Decrypt; with alias/aws/kinesis those
    of other accounts cannot read (Kinesis Data Streams Developer Guide, "Permissions to use user-generated keys").
    """

    title = "Encrypt the stream"
    problem = "Unencrypted Kinesis stream"
    controls = ("Kinesis.1",)
    config_rules = ("KINESIS_STREAM_ENCRYPTED",)
    resource_type = "AWS::Kinesis::Stream"
    effects = (Effect.CUTS_ACCESS, Effect.FUTURE_ONLY)
    reads = ("kinesis:DescribeStreamSummary", "kinesis:ListStreamConsumers")
    writes = ("kinesis:StartStreamEncryption", "kinesis:StopStreamEncryption")
    params: ClassVar[Mapping[str, Param]] = {"kmsKey": Param("alias/aws/kinesis", "the key: an ARN or an alias")}
    deadline_seconds = 600

    def read(self, target: Target, aws: Account) -> Settings:
        """The key that is used."""
        return {_KEY: _stream(aws, target).get("KeyId") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Its own, else the policy's."""
        return {_KEY: params["kmsKey"] if settings[_KEY] is ABSENT else settings[_KEY]}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Start, or stop. Raises Busy while Kinesis is at work on the stream."""
        now, kinesis = _ready(aws, target), aws.client("kinesis")
        used = now.get("KeyId")
        if value is ABSENT:
            if used:
                kinesis.stop_stream_encryption(StreamARN=now["StreamARN"], EncryptionType="KMS", KeyId=used)
        elif value != used:
            kinesis.start_stream_encryption(StreamARN=now["StreamARN"], EncryptionType="KMS", KeyId=value)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who reads it."""
        yield evidence_of("Which consumers are registered?", lambda: _consumers(aws, target))
        yield Evidence("Who writes to it, from which accounts?", "not known", known=False)


class KeepRecords(Remediation):
    """Keep records for as many hours as the control wants; longer stays longer."""

    title = "Keep the stream's records longer"
    problem = "Records are kept for too short a time"
    controls = ("Kinesis.3",)
    config_rules = ("KINESIS_STREAM_BACKUP_RETENTION_CHECK",)
    resource_type = "AWS::Kinesis::Stream"
    effects = (Effect.COSTS_MONEY,)
    reversible = Reversible.PARTLY
    not_restored = "records older than the hours that Undo goes back to: they are gone"
    reads = ("kinesis:DescribeStreamSummary",)
    writes = ("kinesis:DecreaseStreamRetentionPeriod", "kinesis:IncreaseStreamRetentionPeriod")
    params: ClassVar[Mapping[str, Param]] = {
        "minimumBackupRetentionPeriod": Param(168, "hours that records are kept at least, up to 8,760")
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """The hours."""
        return {_HOURS: int(_stream(aws, target)["RetentionPeriodHours"])}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Never fewer than now."""
        return {_HOURS: max(int(settings[_HOURS]), int(params["minimumBackupRetentionPeriod"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """There is a call for each direction, and each refuses the other's. Raises Busy while Kinesis is at work."""
        now, kinesis = _ready(aws, target), aws.client("kinesis")
        if int(value) > now["RetentionPeriodHours"]:
            kinesis.increase_stream_retention_period(StreamARN=now["StreamARN"], RetentionPeriodHours=int(value))
        elif int(value) < now["RetentionPeriodHours"]:
            kinesis.decrease_stream_retention_period(StreamARN=now["StreamARN"], RetentionPeriodHours=int(value))


class EncryptDelivery(Toggle):
    """Encrypt what waits in the delivery stream, with a key that AWS owns: nobody needs a right to it, and it is free.

    A delivery stream with a source of its own (Kinesis, MSK) stores nothing itself, and Firehose refuses it
    (API_StartDeliveryStreamEncryption): refused here, too.
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
        """While Firehose still works on it, not yet. Raises Refusal where it stores nothing."""
        return _encryption(_delivery(aws, target)) == "ENABLED"

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Start, or stop; what is so already is not asked for again. Raises Busy while Firehose is at work."""
        firehose, name = aws.client("firehose"), target.resource.name
        now = _delivery(aws, target)
        if now["DeliveryStreamStatus"] != "ACTIVE" or _encryption(now) in {"DISABLING", "ENABLING"}:
            raise Busy("Firehose is at work on the delivery stream", retry_after=30)
        if on:
            owned = {"KeyType": "AWS_OWNED_CMK"}
            firehose.start_delivery_stream_encryption(
                DeliveryStreamName=name, DeliveryStreamEncryptionConfigurationInput=owned
            )
        else:
            firehose.stop_delivery_stream_encryption(DeliveryStreamName=name)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The stream's ARN, also where AWS Config names it by its name."""
        where = target.resource
        return (f"arn:{where.partition}:firehose:{where.region}:{where.account}:deliverystream/{where.name}",)


def _delivery(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("firehose").describe_delivery_stream(DeliveryStreamName=target.resource.name)
    found: dict[str, Any] = answer["DeliveryStreamDescription"]
    if found["DeliveryStreamStatus"] == "DELETING":
        raise ResourceGone("DELETING")
    if found["DeliveryStreamType"] != "DirectPut":
        raise Refusal(f"it reads from a source of its own ({found['DeliveryStreamType']}): encrypt that instead")
    return found


def _encryption(stream: Mapping[str, Any]) -> str:
    return str(stream.get("DeliveryStreamEncryptionConfiguration", {}).get("Status", "DISABLED"))


def _stream(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("kinesis").describe_stream_summary(StreamName=target.resource.name)
    found: dict[str, Any] = answer["StreamDescriptionSummary"]
    if found["StreamStatus"] == "DELETING":
        raise ResourceGone("DELETING")
    return found


def _ready(aws: Account, target: Target) -> dict[str, Any]:
    """The stream, once it takes a change. Raises Busy."""
    now = _stream(aws, target)
    if now["StreamStatus"] != "ACTIVE":
        raise Busy(f"Kinesis is at work on the stream ({now['StreamStatus']})", retry_after=30)
    return now


def _consumers(aws: Account, target: Target) -> str:
    pages = aws.client("kinesis").get_paginator("list_stream_consumers").paginate(StreamARN=target.resource.id)
    names = sorted(one["ConsumerName"] for page in pages for one in page["Consumers"])
    return ", ".join(names) or "none (others may read without being registered)"
