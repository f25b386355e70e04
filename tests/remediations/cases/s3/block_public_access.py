"""Cases of `bot.remediations.s3.block_public_access`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.s3.block_public_access import BlockPublicAccess
from tests.aws import plain_client
from tests.remediations.cases.s3.buckets import EXPORTS_BUCKET, INVENTORY, make_exports_bucket, put_policy
from tests.remediations.contract import Case, targeted


class APublicBucket(Case):
    """A bucket without a public access block."""

    remediation = BlockPublicAccess

    def make(self) -> Target:
        make_exports_bucket()
        put_policy(INVENTORY)
        return targeted(BlockPublicAccess, EXPORTS_BUCKET)

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
    """A bucket with two of the four flags on."""

    def make(self) -> Target:
        target = super().make()
        plain_client("s3").put_public_access_block(
            Bucket=EXPORTS_BUCKET, PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True}
        )
        return target
