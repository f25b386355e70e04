# ruff: noqa: ARG002 - a case knows its resource without the target
"""How buckets go wrong."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from bot.remediations.s3.account_block import BlockPublicAccessOfAccount
from bot.remediations.s3.block_public_access import BlockPublicAccess
from bot.remediations.s3.require_tls import RequireTls
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted

_BUCKET = "acme-payroll-exports"
_TAGS = {"TagSet": [{"Key": "password", "Value": PLANTED}]}
_INVENTORY = {
    "Sid": PLANTED,
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{_BUCKET}/*",
}


def _bucket() -> None:
    s3 = plain_client("s3")
    s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=_BUCKET, Tagging=_TAGS)


def _put_policy(*statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": statements}
    plain_client("s3").put_bucket_policy(Bucket=_BUCKET, Policy=json.dumps(document))


class APublicBucket(Case):
    """No public access block at all."""

    remediation = BlockPublicAccess

    def make(self) -> Target:
        _bucket()
        _put_policy(_INVENTORY)
        return targeted(BlockPublicAccess, _BUCKET)

    def edit_beside(self, target: Target) -> None:
        plain_client("s3").put_bucket_versioning(
            Bucket=target.resource.name, VersioningConfiguration={"Status": "Enabled"}
        )

    def beside(self, target: Target) -> Any:
        return plain_client("s3").get_bucket_versioning(Bucket=target.resource.name)["Status"]

    def edit_same(self, target: Target) -> None:
        plain_client("s3").put_public_access_block(
            Bucket=target.resource.name, PublicAccessBlockConfiguration={"BlockPublicAcls": True}
        )

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket=target.resource.name)


class AHalfPublicBucket(APublicBucket):
    """Two of the four flags are on already."""

    def make(self) -> Target:
        target = super().make()
        plain_client("s3").put_public_access_block(
            Bucket=_BUCKET, PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True}
        )
        return target


class ABucketWhosePolicyOthersNeed(Case):
    """No statement about TLS beside somebody else's."""

    remediation = RequireTls

    def make(self) -> Target:
        _bucket()
        _put_policy(_INVENTORY)
        return targeted(RequireTls, _BUCKET)

    def edit_beside(self, target: Target) -> None:
        _put_policy(*_statements(), {**_INVENTORY, "Sid": "Partner", "Action": ["s3:PutObject", "s3:GetObject"]})

    def beside(self, target: Target) -> Any:
        return [one for one in _statements() if "Tls" not in one["Sid"]]

    def edit_same(self, target: Target) -> None:
        weaker = {"Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalTag/x": "y"}}}
        _put_policy(*[{**one, **weaker} if "Tls" in one["Sid"] else one for one in _statements()])

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket=_BUCKET)


class ABucketWithAPublicStatement(ABucketWhosePolicyOthersNeed):
    """Everybody may read it, and no public access block stands in the way of a new policy."""

    def make(self) -> Target:
        _bucket()
        _put_policy({**_INVENTORY, "Principal": "*"})
        return targeted(RequireTls, _BUCKET)


class ABucketWithoutAPolicy(ABucketWhosePolicyOthersNeed):
    """The fix makes the policy, the undo removes it."""

    def make(self) -> Target:
        _bucket()
        return targeted(RequireTls, _BUCKET)


class ABucketWhoseTlsStatementWasWeakened(ABucketWhosePolicyOthersNeed):
    """Our own Sid, but only for some objects."""

    def make(self) -> Target:
        target = super().make()
        partial = {
            **_INVENTORY,
            "Sid": "CspmDenyRequestsWithoutTls",
            "Effect": "Deny",
            "Action": ["s3:Put*", "s3:Get*"],
        }
        _put_policy(_INVENTORY, partial)
        return target


def _statements() -> list[dict[str, Any]]:
    s3 = plain_client("s3")
    try:
        statements: list[dict[str, Any]] = json.loads(s3.get_bucket_policy(Bucket=_BUCKET)["Policy"])["Statement"]
    except s3.exceptions.from_code("NoSuchBucketPolicy"):
        return []
    return statements


class AnAccountThatLetsBucketsBePublic(Case):
    """No configuration of the account; one bucket with a policy."""

    remediation = BlockPublicAccessOfAccount

    def make(self) -> Target:
        _bucket()
        _put_policy(_INVENTORY)
        return targeted(BlockPublicAccessOfAccount, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        plain_client("s3").put_public_access_block(
            Bucket=_BUCKET, PublicAccessBlockConfiguration={"IgnorePublicAcls": True}
        )

    def beside(self, target: Target) -> Any:
        return plain_client("s3").get_public_access_block(Bucket=_BUCKET)["PublicAccessBlockConfiguration"]

    def edit_same(self, target: Target) -> None:
        plain_client("s3control").put_public_access_block(
            AccountId=ACCOUNT, PublicAccessBlockConfiguration={"IgnorePublicAcls": True}
        )

    def destroy(self, target: Target) -> None:
        raise Indestructible
