"""Disable ACLs of S3 buckets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.s3.buckets import bucket_args
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if

_OWNERSHIP: Final = "object ownership"
_ENFORCED: Final = "BucketOwnerEnforced"
_NO_CONTROLS: Final = "OwnershipControlsNotFoundError"
_CANONICAL_ID: Final = 64
"""Length of S3's canonical id of an account."""


class DisableAcls(Remediation):
    """Enforce bucket owner ownership, which disables ACLs: only policies then grant access.

    S3 refuses this while the bucket's ACL grants access to others (Amazon S3 User Guide, "Prerequisites for disabling
    ACLs"), so such a bucket is refused. ACLs of objects are kept, and apply again after Undo.
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
        """Read the ownership; ABSENT is the former default, the writer. Raises Refusal where the ACL names others."""
        s3 = aws.client("s3")
        with gone_if("NoSuchBucket"):
            answer = none_if(lambda: s3.get_bucket_ownership_controls(**bucket_args(target)), _NO_CONTROLS)
        rules = answer["OwnershipControls"]["Rules"] if answer else []
        now: Value = rules[0]["ObjectOwnership"] if rules else ABSENT
        others = _other_grantees(aws, target) if now != _ENFORCED else []
        if others:
            raise Refusal(f"its ACL lets {', '.join(others)} in: say that in its policy first, then ask again")
        return {_OWNERSHIP: now}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _OWNERSHIP: _ENFORCED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set the one rule, or delete it: buckets of before April 2023 have none."""
        s3, bucket = aws.client("s3"), bucket_args(target)
        if value is ABSENT:
            s3.delete_bucket_ownership_controls(**bucket)
        else:
            s3.put_bucket_ownership_controls(**bucket, OwnershipControls={"Rules": [{"ObjectOwnership": value}]})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "Does the bucket's ACL let others in?", lambda: ", ".join(_other_grantees(aws, target)) or "only its owner"
        )
        yield Evidence("Do ACLs of objects let others in?", "not known (objects are not read)", known=False)
        yield Evidence("Do programs send an ACL with what they write? (S3 refuses that then)", "not known", known=False)


def _other_grantees(aws: Account, target: Target) -> list[str]:
    """Return the grantees of the ACL beside the owner: accounts, and S3's groups."""
    acl = aws.client("s3").get_bucket_acl(**bucket_args(target))
    grantees = [one["Grantee"] for one in acl["Grants"]]
    owner = acl.get("Owner", {}).get("ID")
    names = {one.get("URI", "").rpartition("/")[2] or str(one.get("ID")) for one in grantees if one.get("ID") != owner}
    return sorted(f"account {name[:8]}…" if len(name) == _CANONICAL_ID else name for name in names)
