"""Turn on server access logging of S3 buckets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.s3.buckets import bucket_args
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if
from bot.remediations.toolkit.statements import sorted_strings, statements_of

_LOGGING: Final = "server access logging"
_DELIVERY: Final = "logging.s3.amazonaws.com"


class LogBucketAccess(Remediation):
    """Write the bucket's access logs into a bucket that the policy names.

    The log bucket has to be in the same account and Region, and cannot be the bucket itself, which would log its own
    logging (Amazon S3 User Guide, "Enabling Amazon S3 server access logging"). The bot does not create it. CloudTrail.7
    names the bucket that a trail logs into, not the trail (its resource type is AWS::S3::Bucket).
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
        """Read the destination of the logs. Raises Refusal where there is none and the policy names no usable one."""
        with gone_if("NoSuchBucket"):
            answer = aws.client("s3").get_bucket_logging(**bucket_args(target))
        if "LoggingEnabled" in answer:
            return {_LOGGING: _from_api(answer["LoggingEnabled"])}
        self._refuse_unusable_log_bucket(target, aws)
        return {_LOGGING: ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        if settings.get(_LOGGING, ABSENT) is not ABSENT:
            return dict(settings)
        return {**settings, _LOGGING: {name: str(params[param]) for name, param in _PARAMS.items()}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn logging on or off; an empty status turns it off."""
        status = {} if value is ABSENT else {"LoggingEnabled": _to_api(value)}
        aws.client("s3").put_bucket_logging(**bucket_args(target), BucketLoggingStatus=status)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Permission of S3 to deliver the logs."""
        yield evidence_of("May S3 write logs there, by its policy?", lambda: self._delivery(target, aws))

    def _delivery(self, target: Target, aws: Account) -> str:
        now = self.read(target, aws)[_LOGGING]
        return _may_deliver(aws, target, self._log_bucket(target) if now is ABSENT else now["bucket"])

    def _log_bucket(self, target: Target) -> str:
        return str(resolved_params(self, target)["log_bucket"])

    def _refuse_unusable_log_bucket(self, target: Target, aws: Account) -> None:
        bucket = self._log_bucket(target)
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


_PARAMS: Final[Mapping[str, str]] = {"bucket": "log_bucket", "prefix": "prefix"}
_API_NAMES: Final[Mapping[str, str]] = {"bucket": "TargetBucket", "prefix": "TargetPrefix"}


def _from_api(enabled: Mapping[str, Any]) -> dict[str, Any]:
    """Return the destination, with any other field that was set (grants, key format)."""
    known = {name: enabled.get(api_name, "") for name, api_name in _API_NAMES.items()}
    return {**known, **{name: value for name, value in enabled.items() if name not in _API_NAMES.values()}}


def _to_api(value: Mapping[str, Any]) -> dict[str, Any]:
    return {_API_NAMES.get(name, name): member for name, member in value.items()}


def _may_deliver(aws: Account, target: Target, bucket: str) -> str:
    s3, owner = aws.client("s3"), target.resource.account
    answer = none_if(lambda: s3.get_bucket_policy(Bucket=bucket, ExpectedBucketOwner=owner), "NoSuchBucketPolicy")
    document = json.loads(answer["Policy"]) if answer else {}
    allowed = any(_names_log_delivery(one) for one in statements_of(document) if one.get("Effect") == "Allow")
    return f"yes, {bucket} lets it" if allowed else f"no: {bucket} has no statement for {_DELIVERY}"


def _names_log_delivery(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    return isinstance(principal, Mapping) and _DELIVERY in sorted_strings(principal.get("Service", []))
