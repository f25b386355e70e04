"""Encryption of trails with KMS keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.cloudtrail.trails import TrailRemediation, trail_of, update_trail
from bot.remediations.toolkit.aws_calls import evidence_of

_KEY: Final = "KMS key"


class EncryptTrail(TrailRemediation):
    """Encrypt new log files with the KMS key of the policy; a trail with a key keeps it.

    CloudTrail refuses a key whose policy does not let it encrypt. Readers of the logs need kms:Decrypt from then on;
    existing files stay as they are.
    """

    title = "Encrypt the trail with a KMS key"
    problem = "Trail without a KMS key"
    controls = ("CloudTrail.2",)
    config_rules = ("CLOUD_TRAIL_ENCRYPTION_ENABLED",)
    effects = (Effect.CUTS_ACCESS, Effect.FUTURE_ONLY, Effect.COSTS_MONEY)
    params: ClassVar[Mapping[str, Param]] = {"kmsKeyId": Param("", "ARN of the key for the trails; none, no fix")}

    def read(self, target: Target, aws: Account) -> Settings:
        return {_KEY: trail_of(aws, target).get("KmsKeyId") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Add the policy's key if there is none. Raise Refusal if the policy names no key."""
        if settings[_KEY] is not ABSENT:
            return dict(settings)
        if not params["kmsKeyId"]:
            raise Refusal("the policy names no key for trails: set kmsKeyId of CloudTrail.2")
        return {_KEY: str(params["kmsKeyId"])}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set the key; an empty string removes it."""
        update_trail(aws, target, KmsKeyId="" if value is ABSENT else value)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Where are the files?", lambda: f"in the bucket {trail_of(aws, target)['S3BucketName']}")
        yield Evidence("May their readers use the key?", "not known (key policies are not read)", known=False)
