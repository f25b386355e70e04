"""Encrypt Kinesis data streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.kinesis.streams import describe_ready_stream, describe_stream
from bot.remediations.toolkit.aws_calls import evidence_of

_KEY: Final = "encryption key"


class EncryptStream(Remediation):
    """Encrypt new records of the stream, with the AWS managed key unless the policy names another.

    With a customer managed key, producers need kms:GenerateDataKey and consumers kms:Decrypt; with alias/aws/kinesis,
    consumers of other accounts cannot read (Kinesis Data Streams Developer Guide, "Permissions to use user-generated
    keys").
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
        return {_KEY: describe_stream(aws, target).get("KeyId") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {_KEY: params["kmsKey"] if settings[_KEY] is ABSENT else settings[_KEY]}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Start or stop encryption. Raises Busy while Kinesis is changing the stream."""
        now, kinesis = describe_ready_stream(aws, target), aws.client("kinesis")
        used = now.get("KeyId")
        if value is ABSENT:
            if used:
                kinesis.stop_stream_encryption(StreamARN=now["StreamARN"], EncryptionType="KMS", KeyId=used)
        elif value != used:
            kinesis.start_stream_encryption(StreamARN=now["StreamARN"], EncryptionType="KMS", KeyId=value)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which consumers are registered?", lambda: _consumers(aws, target))
        yield Evidence("Who writes to it, from which accounts?", "not known", known=False)


def _consumers(aws: Account, target: Target) -> str:
    pages = aws.client("kinesis").get_paginator("list_stream_consumers").paginate(StreamARN=target.resource.id)
    names = sorted(one["ConsumerName"] for page in pages for one in page["Consumers"])
    return ", ".join(names) or "none (others may read without being registered)"
