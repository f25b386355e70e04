"""S3 buckets: a record of who asked for what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.s3.public_access_and_tls import bucket_of
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if
from bot.remediations.toolkit.statements import sorted_strings, statements_of

_LOGGING: Final = "server access logging"
_DELIVERY: Final = "logging.s3.amazonaws.com"


class LogBucketAccess(Remediation):
    """Let S3 write the bucket's access logs into a bucket that the policy names.

    Logs go to a bucket of the same account and Region, and never into the bucket itself, whose logs would log
    themselves (Amazon S3 User Guide, "Enabling Amazon S3 server access logging"). The bot makes no bucket for them.
    CloudTrail.7 names the bucket that a trail logs into, not the trail (its resource type is AWS::S3::Bucket).
    """

    title = "Log who accesses the bucket"
    problem = "Bucket without access logs"
    controls = ("S3.9", "CloudTrail.7")
    config_rules = ("S3_BUCKET_LOGGING_ENABLED",)
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("s3:GetBucketLogging", "s3:GetBucketPolicy", "s3:ListBucket")
    writes = ("s3:PutBucketLogging",)
    params: ClassVar[Mapping[str, Param]] = {
        "log_bucket": Param("", "the bucket for the logs; none, no fix"),
        "prefix": Param("{name}/", "what the names of the logs begin with; {name} is the bucket's"),
    }
    proved_on = "moto"

    def read(self, target: Target, aws: Account) -> Settings:
        """Where the logs go. Raises Refusal where they go nowhere and the policy names no bucket that would do."""
        with gone_if("NoSuchBucket"):
            answer = aws.client("s3").get_bucket_logging(**bucket_of(target))
        if "LoggingEnabled" in answer:
            return {_LOGGING: _in_words(answer["LoggingEnabled"])}
        self._check(target, aws)
        return {_LOGGING: ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Where they go already, else where the policy says."""
        if settings.get(_LOGGING, ABSENT) is not ABSENT:
            return dict(settings)
        return {**settings, _LOGGING: {name: str(params[of]) for name, of in _NAMES.items()}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn it on or off; an empty status is off."""
        status = {} if value is ABSENT else {"LoggingEnabled": _in_awss_words(value)}
        aws.client("s3").put_bucket_logging(**bucket_of(target), BucketLoggingStatus=status)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether the logs would arrive."""
        yield evidence_of("May S3 write logs there, by its policy?", lambda: self._delivered(target, aws))

    def _delivered(self, target: Target, aws: Account) -> str:
        now = self.read(target, aws)[_LOGGING]
        return _delivers(aws, target, self._bucket(target) if now is ABSENT else now["bucket"])

    def _bucket(self, target: Target) -> str:
        return str(resolved_params(self, target)["log_bucket"])

    def _check(self, target: Target, aws: Account) -> None:
        bucket = self._bucket(target)
        if not bucket:
            raise Refusal("the policy names no bucket for the logs: remediations, LogBucketAccess, log_bucket")
        if bucket == target.resource.name:
            raise Refusal("it is itself the bucket for the logs, and S3 would log its own logging")
        try:
            with gone_if("404", "NoSuchBucket"):
                there = aws.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=target.resource.account)
        except ResourceGone:
            raise Refusal(f"the bucket for the logs, {bucket}, does not exist") from None
        if there.get("BucketRegion", target.resource.region) != target.resource.region:
            raise Refusal(f"the bucket for the logs, {bucket}, is in another Region, {there['BucketRegion']}")


_NAMES: Final[Mapping[str, str]] = {"bucket": "log_bucket", "prefix": "prefix"}
_AWSS_WORDS: Final[Mapping[str, str]] = {"bucket": "TargetBucket", "prefix": "TargetPrefix"}


def _in_words(enabled: Mapping[str, Any]) -> dict[str, Any]:
    """Where they go, and whatever else somebody has set (grants, the form of the names)."""
    ours = {name: enabled.get(theirs, "") for name, theirs in _AWSS_WORDS.items()}
    return {**ours, **{name: value for name, value in enabled.items() if name not in _AWSS_WORDS.values()}}


def _in_awss_words(value: Mapping[str, Any]) -> dict[str, Any]:
    return {_AWSS_WORDS.get(name, name): member for name, member in value.items()}


def _delivers(aws: Account, target: Target, bucket: str) -> str:
    s3, owner = aws.client("s3"), target.resource.account
    answer = none_if(lambda: s3.get_bucket_policy(Bucket=bucket, ExpectedBucketOwner=owner), "NoSuchBucketPolicy")
    document = json.loads(answer["Policy"]) if answer else {}
    allowed = any(_names_delivery(one) for one in statements_of(document) if one.get("Effect") == "Allow")
    return f"yes, {bucket} lets it" if allowed else f"no: {bucket} has no statement for {_DELIVERY}"


def _names_delivery(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    return isinstance(principal, Mapping) and _DELIVERY in sorted_strings(principal.get("Service", []))
