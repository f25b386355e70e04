"""How buckets go wrong."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from bot.remediations.s3 import BlockPublicAccess
from tests.aws import REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted

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
