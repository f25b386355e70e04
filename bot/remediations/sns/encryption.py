"""Encrypt SNS topics at rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.sns.topics import topic_attributes
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.messaging import policy_of
from bot.remediations.toolkit.statements import sorted_strings, statements_of

_KEY: Final = "KMS key"


class EncryptTopic(Remediation):
    """Encrypt a topic at rest with a KMS key; a topic that has a key keeps it.

    AWS services cannot publish to a topic under alias/aws/sns, because its key policy cannot be changed (Amazon SNS
    Developer Guide, "Configuring permissions for a topic with an AWS managed key"): hence the evidence.
    """

    title = "Encrypt the topic"
    problem = "Topic without encryption"
    controls = ("SNS.1",)
    config_rules = ("SNS_ENCRYPTED_KMS",)
    resource_type = "AWS::SNS::Topic"
    effects = (Effect.CUTS_TRAFFIC, Effect.COSTS_MONEY)
    reads = ("sns:GetTopicAttributes",)
    writes = ("sns:SetTopicAttributes",)
    params: ClassVar[Mapping[str, Param]] = {"kmsMasterKeyId": Param("alias/aws/sns", "the key to encrypt with")}

    def read(self, target: Target, aws: Account) -> Settings:
        return {_KEY: topic_attributes(aws, target).get("KmsMasterKeyId") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _KEY: params["kmsMasterKeyId"]} if settings[_KEY] is ABSENT else dict(settings)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set the key; an empty value removes it."""
        aws.client("sns").set_topic_attributes(
            TopicArn=target.resource.id,
            AttributeName="KmsMasterKeyId",
            AttributeValue="" if value is ABSENT else value,
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Do AWS services publish to it?", lambda: _services(aws, target))
        yield Evidence("May the other publishers use the key?", "not known", known=False)


def _services(aws: Account, target: Target) -> str:
    document = policy_of(topic_attributes(aws, target))
    principals = [one["Principal"] for one in statements_of(document) if isinstance(one.get("Principal"), dict)]
    services = sorted({service for who in principals if "Service" in who for service in sorted_strings(who["Service"])})
    return f"yes: {', '.join(services)} need the right to use the key" if services else "none by its policy"
