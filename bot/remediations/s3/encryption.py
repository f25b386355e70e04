"""Encrypt new objects in S3 buckets with KMS keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.s3.buckets import bucket_args, bucket_policy_text
from bot.remediations.toolkit.aws_calls import gone_if, none_if

_DEFAULT: Final = "default encryption"
_KMS: Final = ("aws:kms", "aws:kms:dsse")
_LOG_SERVICES: Final = ("logging.s3.amazonaws.com", "elasticloadbalancing", "delivery.logs.amazonaws.com")


class EncryptWithKms(Remediation):
    """Encrypt new objects with the policy's key, else with the account's aws/s3, and turn on the bucket key.

    Existing objects do not change. Other accounts cannot read objects under aws/s3; under a customer managed key,
    readers need kms:Decrypt. Services that deliver logs cannot write to such a bucket unless the key's policy lets
    them, so a bucket whose policy names one is refused (Amazon S3 User Guide, "Using SSE-KMS").
    """

    title = "Encrypt new objects with a KMS key"
    problem = "Bucket is not encrypted with a KMS key"
    controls = ("S3.17",)
    config_rules = ("S3_DEFAULT_ENCRYPTION_KMS",)
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.CUTS_ACCESS, Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("s3:GetBucketPolicy", "s3:GetEncryptionConfiguration")
    writes = ("s3:PutEncryptionConfiguration",)
    params: ClassVar[Mapping[str, Param]] = {"kmsKey": Param("", "ARN of the key; none: the account's aws/s3")}

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the rule for new objects. Raises Refusal for a bucket to which services deliver logs."""
        rule = _rule(aws, target)
        if rule["algorithm"] not in _KMS and _receives_service_logs(aws, target):
            raise Refusal("a service delivers logs to it, which needs SSE-S3, or a key that lets the service write")
        return {_DEFAULT: rule}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Set SSE-KMS; a rule with any kind of KMS encryption stays."""
        if settings[_DEFAULT]["algorithm"] in _KMS:
            return dict(settings)
        return {_DEFAULT: {"algorithm": _KMS[0], "key": str(params["kmsKey"]), "bucket key": True}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace the bucket's one rule; fields about blocked encryption types stay."""
        key = {"KMSMasterKeyID": value["key"]} if value["key"] else {}
        rule = {
            **_other_fields(aws, target),
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": value["algorithm"], **key},
            "BucketKeyEnabled": value["bucket key"],
        }
        aws.client("s3").put_bucket_encryption(
            **bucket_args(target), ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Only access logs record readers and writers."""
        yield Evidence(
            "Who reads and writes, from which accounts, with which rights to the key?", "not known", known=False
        )


def _first_rule(aws: Account, target: Target) -> dict[str, Any]:
    s3 = aws.client("s3")
    with gone_if("NoSuchBucket", "404"):
        answer = none_if(
            lambda: s3.get_bucket_encryption(**bucket_args(target)),
            "ServerSideEncryptionConfigurationNotFoundError",
        )
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else [{}]
    first: dict[str, Any] = rules[0]
    return first


def _rule(aws: Account, target: Target) -> dict[str, Any]:
    """Return the rule. Since 2023 every bucket is encrypted with SSE-S3, also one without a rule."""
    rule = _first_rule(aws, target)
    now = rule.get("ApplyServerSideEncryptionByDefault", {})
    return {
        "algorithm": now.get("SSEAlgorithm", "AES256"),
        "key": now.get("KMSMasterKeyID", ""),
        "bucket key": bool(rule.get("BucketKeyEnabled")),
    }


def _other_fields(aws: Account, target: Target) -> dict[str, Any]:
    own = {"ApplyServerSideEncryptionByDefault", "BucketKeyEnabled"}
    return {name: value for name, value in _first_rule(aws, target).items() if name not in own}


def _receives_service_logs(aws: Account, target: Target) -> bool:
    policy = bucket_policy_text(aws, target)
    return any(name in policy for name in _LOG_SERVICES)
