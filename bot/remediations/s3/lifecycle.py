"""S3 buckets: a lifecycle rule that takes nothing which anybody could miss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.s3.public_access_and_tls import bucket_of
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if, pluralize

_ID: Final = "CspmAbortIncompleteUploads"
_OURS: Final = f"lifecycle rule {_ID}"
_OTHERS: Final = "other active lifecycle rules"
_MINIMUM: Final = "TransitionDefaultMinimumObjectSize"

Rule = dict[str, Any]


class AbortIncompleteUploads(Remediation):
    """Add one lifecycle rule, which throws away uploads that were begun and never finished; objects are not touched.

    PutBucketLifecycleConfiguration replaces all rules of the bucket (API_PutBucketLifecycleConfiguration), so the
    others are read and put back as they are. One active rule, whatever it does, satisfies S3.13.
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
        """Our rule by its id, and how many others are active."""
        rules = _configuration(aws, target).get("Rules", [])
        others = [one for one in rules if one.get("ID") != _ID and one["Status"] == "Enabled"]
        ours = [one for one in rules if one.get("ID") == _ID]
        return {_OURS: _in_words(ours[0]) if ours else ABSENT, _OTHERS: len(others)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Ours, unless another rule is active, or ours is, with another number of days."""
        right = bool(settings.get(_OTHERS)) or isinstance(settings.get(_OURS), str)
        return dict(settings) if right else {**settings, _OURS: _words(int(params["days"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Put our rule among the others, which are read afresh; a configuration without rules is deleted."""
        s3, now = aws.client("s3"), _configuration(aws, target)
        rules = [one for one in now.get("Rules", []) if one.get("ID") != _ID]
        rules += [] if value is ABSENT else [_rule(value)]
        if rules:
            minimum = {_MINIMUM: now[_MINIMUM]} if _MINIMUM in now else {}
            s3.put_bucket_lifecycle_configuration(
                **bucket_of(target), LifecycleConfiguration={"Rules": rules}, **minimum
            )
        elif now:
            s3.delete_bucket_lifecycle(**bucket_of(target))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What the rule would throw away."""
        yield evidence_of("Which uploads are unfinished?", lambda: _unfinished(aws, target))


def _configuration(aws: Account, target: Target) -> dict[str, Any]:
    s3 = aws.client("s3")
    with gone_if("NoSuchBucket"):
        answer = none_if(
            lambda: s3.get_bucket_lifecycle_configuration(**bucket_of(target)), "NoSuchLifecycleConfiguration"
        )
    return answer or {}


def _words(days: int) -> str:
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


def _in_words(rule: Rule) -> Value:
    """Our rule in words, or as it is where somebody has changed it; times are text, which S3's API takes as well."""
    days = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    if days and rule == _rule(_words(days)):
        return _words(days)
    return {key: _without_times(value) for key, value in rule.items()}


def _without_times(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _without_times(member) for key, member in value.items()}
    return [_without_times(member) for member in value] if isinstance(value, list) else value


def _unfinished(aws: Account, target: Target) -> str:
    """S3 answers a thousand at a time; more than that need no counting."""
    answer = aws.client("s3").list_multipart_uploads(**bucket_of(target))
    uploads = answer.get("Uploads", [])
    if not uploads:
        return "none"
    oldest = min(one["Initiated"] for one in uploads)
    more = " or more" if answer.get("IsTruncated") else ""
    return f"{pluralize(len(uploads), 'upload')}{more}, the oldest begun on {oldest:%Y-%m-%d}"
