"""S3 buckets: who owns what is in them, and whether what is overwritten can come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.s3.public_access_and_tls import bucket_of
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if
from bot.remediations.toolkit.toggle import Toggle

_OWNERSHIP: Final = "object ownership"
_ENFORCED: Final = "BucketOwnerEnforced"
_NO_CONTROLS: Final = "OwnershipControlsNotFoundError"
_NO_RULES: Final = "NoSuchLifecycleConfiguration"
_ON: Final = "Enabled"


class DisableAcls(Remediation):
    """Let the bucket own every object, and policies alone say who may what.

    S3 refuses this while the bucket's own ACL lets other accounts in (Amazon S3 User Guide, "Prerequisites for
    disabling ACLs"), so such a bucket is refused here, too. Objects' ACLs are kept, and count again after Undo.
    """

    title = "Let policies alone say who may what in the bucket"
    problem = "Bucket with access control lists"
    controls = ("S3.12",)
    config_rules = ("S3_BUCKET_ACL_PROHIBITED",)
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("s3:GetBucketAcl", "s3:GetBucketOwnershipControls")
    writes = ("s3:PutBucketOwnershipControls",)

    def read(self, target: Target, aws: Account) -> Settings:
        """Who owns new objects (ABSENT: their writer, the old default). Raises Refusal where the ACL lets others in."""
        s3 = aws.client("s3")
        with gone_if("NoSuchBucket"):
            answer = none_if(lambda: s3.get_bucket_ownership_controls(**bucket_of(target)), _NO_CONTROLS)
        rules = answer["OwnershipControls"]["Rules"] if answer else []
        now: Value = rules[0]["ObjectOwnership"] if rules else ABSENT
        others = _others(aws, target) if now != _ENFORCED else []
        if others:
            raise Refusal(f"its ACL lets {', '.join(others)} in: say that in its policy first, then ask again")
        return {_OWNERSHIP: now}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The bucket's owner."""
        return {**settings, _OWNERSHIP: _ENFORCED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One rule, or none as in buckets of before April 2023."""
        s3, bucket = aws.client("s3"), bucket_of(target)
        if value is ABSENT:
            s3.delete_bucket_ownership_controls(**bucket)
        else:
            s3.put_bucket_ownership_controls(**bucket, OwnershipControls={"Rules": [{"ObjectOwnership": value}]})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whom it cuts off."""
        yield evidence_of(
            "Does the bucket's ACL let others in?", lambda: ", ".join(_others(aws, target)) or "only its owner"
        )
        yield Evidence("Do ACLs of objects let others in?", "not known (objects are not read)", known=False)
        yield Evidence("Do programs send an ACL with what they write? (S3 refuses that then)", "not known", known=False)


class KeepVersions(Toggle):
    """Keep what is overwritten or deleted as an older version, which costs as much as the newest."""

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
        """Suspended is off. Raises Refusal where a change needs somebody's MFA device."""
        with gone_if("NoSuchBucket"):
            now = aws.client("s3").get_bucket_versioning(**bucket_of(target))
        on = bool(now.get("Status") == _ON)
        if not on and now.get("MFADelete") == _ON:
            raise Refusal("MFA delete is on: only the root user with its device can change its versioning")
        return on

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Turn it on, or suspend it."""
        wanted = {"Status": _ON if on else "Suspended"}
        aws.client("s3").put_bucket_versioning(**bucket_of(target), VersioningConfiguration=wanted)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether they pile up."""
        yield evidence_of("Does a lifecycle rule delete old versions?", lambda: _forgets(aws, target))


def _others(aws: Account, target: Target) -> list[str]:
    """Whom the ACL names beside the owner: accounts, and S3's groups."""
    acl = aws.client("s3").get_bucket_acl(**bucket_of(target))
    grantees = [one["Grantee"] for one in acl["Grants"]]
    owner = acl.get("Owner", {}).get("ID")
    names = {one.get("URI", "").rpartition("/")[2] or str(one.get("ID")) for one in grantees if one.get("ID") != owner}
    return sorted(f"account {name[:8]}…" if len(name) == _CANONICAL_ID else name for name in names)


_CANONICAL_ID: Final = 64
"""How many digits S3's own id of an account has."""


def _forgets(aws: Account, target: Target) -> str:
    s3 = aws.client("s3")
    answer = none_if(lambda: s3.get_bucket_lifecycle_configuration(**bucket_of(target)), _NO_RULES)
    rules = [one for one in (answer or {}).get("Rules", []) if one["Status"] == _ON]
    if any("NoncurrentVersionExpiration" in one for one in rules):
        return "yes"
    return "no: they stay until somebody deletes them"
