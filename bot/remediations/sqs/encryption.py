"""Encrypt SQS queues at rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.sqs.queues import describe_queue, queue_arn, set_queue_attributes

_AT_REST: Final = "encryption at rest"
_SQS_KEY: Final = "SQS-managed key"


class EncryptQueue(Remediation):
    """Encrypt a queue at rest, by default with the SQS-managed key, which costs nothing and needs no permissions."""

    title = "Encrypt the queue"
    problem = "Queue without encryption"
    controls = ("SQS.1",)
    resource_type = "AWS::SQS::Queue"
    reads = ("sqs:GetQueueAttributes", "sqs:GetQueueUrl")
    writes = ("sqs:SetQueueAttributes",)
    params: ClassVar[Mapping[str, Param]] = {"key": Param(_SQS_KEY, f"`{_SQS_KEY}`, or the id of a KMS key")}

    def read(self, target: Target, aws: Account) -> Settings:
        answer = describe_queue(aws, target, "KmsMasterKeyId", "SqsManagedSseEnabled")
        attributes = answer.get("Attributes", {})
        sqs_managed = _SQS_KEY if attributes.get("SqsManagedSseEnabled") == "true" else ABSENT
        return {_AT_REST: attributes.get("KmsMasterKeyId") or sqs_managed}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _AT_REST: params["key"]} if settings[_AT_REST] is ABSENT else dict(settings)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set one of the two kinds of encryption, which exclude one another."""
        sqs_managed = {"SqsManagedSseEnabled": "false" if value is ABSENT else "true"}
        attributes = sqs_managed if value is ABSENT or value == _SQS_KEY else {"KmsMasterKeyId": value}
        set_queue_attributes(aws, target, attributes)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        return (queue_arn(target),)
