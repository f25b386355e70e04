"""Cases of `bot.remediations.s3.ownership`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.s3.ownership import DisableAcls
from tests.aws import plain_client
from tests.remediations.cases.s3.buckets import INVOICES_BUCKET, BucketCase


class ABucketWithAcls(BucketCase):
    """A bucket without ownership controls, as created before April 2023."""

    remediation = DisableAcls

    def make(self) -> Target:
        target = super().make()
        plain_client("s3").delete_bucket_ownership_controls(Bucket=INVOICES_BUCKET)
        return target

    def edit_same(self, target: Target) -> None:
        self.own("BucketOwnerPreferred")

    def own(self, how: str) -> None:
        plain_client("s3").put_bucket_ownership_controls(
            Bucket=INVOICES_BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": how}]}
        )


class ABucketWhoseWritersOwn(ABucketWithAcls):
    def make(self) -> Target:
        target = super().make()
        self.own("ObjectWriter")
        return target
