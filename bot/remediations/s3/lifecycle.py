"""Add a lifecycle rule that aborts incomplete uploads to S3 buckets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.s3.buckets import bucket_args
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if, pluralize

_ID: Final = "CspmAbortIncompleteUploads"
_RULE: Final = f"lifecycle rule {_ID}"
_OTHERS: Final = "other active lifecycle rules"
_MINIMUM: Final = "TransitionDefaultMinimumObjectSize"

Rule = dict[str, Any]


class AbortIncompleteUploads(Remediation):
    """Add a lifecycle rule that aborts incomplete multipart uploads; objects are not affected.

    PutBucketLifecycleConfiguration replaces all rules of the bucket (API_PutBucketLifecycleConfiguration), so the
    others are read and written back unchanged. Any active rule satisfies S3.13.
    """

    title = "Let the bucket forget uploads that were never finished"
    problem = "Bucket without lifecycle rule"
    controls = ("S3.13",)
    config_rules = ("S3_LIFECYCLE_POLICY_CHECK",)
    resource_type = "AWS::S3::Bucket"
    reversible = Reversible.PARTLY
    not_restored = "the parts of unfinished uploads that the rule has thrown away"
    reads = ("s3:GetLifecycleConfiguration", "s3:ListBucketMultipartUploads")
    writes = ("s3:PutLifecycleConfiguration",)
    params: ClassVar[Mapping[str, Param]] = {"days": Param(7, "days that an upload may take")}
    proved_on = "moto"

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the bot's rule, by its id, and the number of other active rules."""
        rules = _configuration(aws, target).get("Rules", [])
        others = [one for one in rules if one.get("ID") != _ID and one["Status"] == "Enabled"]
        own = [one for one in rules if one.get("ID") == _ID]
        return {_RULE: _describe(own[0]) if own else ABSENT, _OTHERS: len(others)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Add the bot's rule, unless another one is active; an existing rule keeps its number of days."""
        has_rule = bool(settings.get(_OTHERS)) or isinstance(settings.get(_RULE), str)
        return dict(settings) if has_rule else {**settings, _RULE: _describe_days(int(params["days"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace the bot's rule among the current rules; a configuration without rules is deleted."""
        s3, now = aws.client("s3"), _configuration(aws, target)
        rules = [one for one in now.get("Rules", []) if one.get("ID") != _ID]
        rules += [] if value is ABSENT else [_rule(value)]
        if rules:
            minimum = {_MINIMUM: now[_MINIMUM]} if _MINIMUM in now else {}
            s3.put_bucket_lifecycle_configuration(
                **bucket_args(target), LifecycleConfiguration={"Rules": rules}, **minimum
            )
        elif now:
            s3.delete_bucket_lifecycle(**bucket_args(target))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which uploads are unfinished?", lambda: _unfinished_uploads(aws, target))


def _configuration(aws: Account, target: Target) -> dict[str, Any]:
    s3 = aws.client("s3")
    with gone_if("NoSuchBucket"):
        answer = none_if(
            lambda: s3.get_bucket_lifecycle_configuration(**bucket_args(target)), "NoSuchLifecycleConfiguration"
        )
    return answer or {}


def _describe_days(days: int) -> str:
    return f"throw away uploads that are unfinished after {days} days"


def _rule(value: Value) -> Rule:
    if not isinstance(value, str):
        return dict(value)
    days = int("".join(character for character in value if character.isdigit()))
    return {
        "ID": _ID,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    }


def _describe(rule: Rule) -> Value:
    """Return the bot's rule as text, or its fields where it was changed; times become text, which S3's API accepts."""
    days = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    if days and rule == _rule(_describe_days(days)):
        return _describe_days(days)
    return {key: _without_times(value) for key, value in rule.items()}


def _without_times(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _without_times(member) for key, member in value.items()}
    return [_without_times(member) for member in value] if isinstance(value, list) else value


def _unfinished_uploads(aws: Account, target: Target) -> str:
    """Count the uploads of the first page, which holds at most a thousand."""
    answer = aws.client("s3").list_multipart_uploads(**bucket_args(target))
    uploads = answer.get("Uploads", [])
    if not uploads:
        return "none"
    oldest = min(one["Initiated"] for one in uploads)
    more = " or more" if answer.get("IsTruncated") else ""
    return f"{pluralize(len(uploads), 'upload')}{more}, the oldest begun on {oldest:%Y-%m-%d}"
