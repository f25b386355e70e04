"""Turn on versioning of S3 buckets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.s3.buckets import bucket_args
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if
from bot.remediations.toolkit.toggle import Toggle

_NO_RULES: Final = "NoSuchLifecycleConfiguration"
_ON: Final = "Enabled"


class KeepVersions(Toggle):
    """Turn on versioning, which keeps overwritten and deleted objects at the price of current ones."""

    title = "Keep older versions of objects"
    problem = "Bucket forgets what is overwritten"
    controls = ("S3.14",)
    config_rules = ("S3_BUCKET_VERSIONING_ENABLED",)
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "a bucket that never had versions: those made by then stay, and versioning is suspended"
    reads = ("s3:GetBucketVersioning", "s3:GetLifecycleConfiguration")
    writes = ("s3:PutBucketVersioning",)
    setting = "versioning"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether versioning is enabled, not suspended. Raises Refusal where the change needs an MFA device."""
        with gone_if("NoSuchBucket"):
            now = aws.client("s3").get_bucket_versioning(**bucket_args(target))
        on = bool(now.get("Status") == _ON)
        if not on and now.get("MFADelete") == _ON:
            raise Refusal("MFA delete is on: only the root user with its device can change its versioning")
        return on

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Enable or suspend versioning; S3 cannot turn it off."""
        wanted = {"Status": _ON if on else "Suspended"}
        aws.client("s3").put_bucket_versioning(**bucket_args(target), VersioningConfiguration=wanted)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Does a lifecycle rule delete old versions?", lambda: _expiry_of_old_versions(aws, target))


def _expiry_of_old_versions(aws: Account, target: Target) -> str:
    s3 = aws.client("s3")
    answer = none_if(lambda: s3.get_bucket_lifecycle_configuration(**bucket_args(target)), _NO_RULES)
    rules = [one for one in (answer or {}).get("Rules", []) if one["Status"] == _ON]
    if any("NoncurrentVersionExpiration" in one for one in rules):
        return "yes"
    return "no: they stay until somebody deletes them"
