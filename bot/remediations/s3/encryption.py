"""Buckets: new objects are encrypted with a key of KMS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.s3.public_access_and_tls import bucket_of
from bot.remediations.toolkit.aws_calls import gone_if, none_if

_DEFAULT: Final = "default encryption"
_KMS: Final = ("aws:kms", "aws:kms:dsse")
_DELIVERERS: Final = ("logging.s3.amazonaws.com", "elasticloadbalancing", "delivery.logs.amazonaws.com")


class EncryptWithKms(Remediation):
    """Encrypt new objects with the key that the policy names, else with the account's aws/s3, and a bucket key.

    Objects that are there stay as they are. Readers of other accounts cannot read objects under aws/s3, and those of
    this one need kms:Decrypt with a key of one's own. Services that deliver logs do not write to such a bucket unless
    the key lets them: refused where the bucket's policy names one (Amazon S3 User Guide, "Using SSE-KMS").
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
        """The rule for new objects. Raises Refusal for a bucket to which services deliver logs."""
        rule = _rule(aws, target)
        if rule["algorithm"] not in _KMS and _delivered(aws, target):
            raise Refusal("a service delivers logs to it, which needs SSE-S3, or a key that lets the service write")
        return {_DEFAULT: rule}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """KMS of any kind is right."""
        if settings[_DEFAULT]["algorithm"] in _KMS:
            return dict(settings)
        return {_DEFAULT: {"algorithm": _KMS[0], "key": str(params["kmsKey"]), "bucket key": True}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """A bucket has one rule; what it does not say of blocked kinds of encryption stays."""
        key = {"KMSMasterKeyID": value["key"]} if value["key"] else {}
        rule = {
            **_rest(aws, target),
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": value["algorithm"], **key},
            "BucketKeyEnabled": value["bucket key"],
        }
        aws.client("s3").put_bucket_encryption(**bucket_of(target), ServerSideEncryptionConfiguration={"Rules": [rule]})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:  # nothing tells
        """Nothing short of its access logs tells who writes and reads."""
        yield Evidence(
            "Who reads and writes, from which accounts, with which rights to the key?", "not known", known=False
        )


def _first(aws: Account, target: Target) -> dict[str, Any]:
    s3 = aws.client("s3")
    with gone_if("NoSuchBucket", "404"):
        answer = none_if(
            lambda: s3.get_bucket_encryption(**bucket_of(target)),
            "ServerSideEncryptionConfigurationNotFoundError",
        )
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else [{}]
    first: dict[str, Any] = rules[0]
    return first


def _rule(aws: Account, target: Target) -> dict[str, Any]:
    """Every bucket is encrypted with SSE-S3 at least since 2023, also where it does not say so."""
    rule = _first(aws, target)
    now = rule.get("ApplyServerSideEncryptionByDefault", {})
    return {
        "algorithm": now.get("SSEAlgorithm", "AES256"),
        "key": now.get("KMSMasterKeyID", ""),
        "bucket key": bool(rule.get("BucketKeyEnabled")),
    }


def _rest(aws: Account, target: Target) -> dict[str, Any]:
    ours = {"ApplyServerSideEncryptionByDefault", "BucketKeyEnabled"}
    return {name: value for name, value in _first(aws, target).items() if name not in ours}


def _delivered(aws: Account, target: Target) -> bool:
    s3 = aws.client("s3")
    answer = none_if(lambda: s3.get_bucket_policy(**bucket_of(target)), "NoSuchBucketPolicy")
    text = answer["Policy"] if answer else ""
    return any(name in text for name in _DELIVERERS)
