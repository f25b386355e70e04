"""Cases of `bot.remediations.s3.versioning`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.s3.versioning import KeepVersions
from tests.aws import plain_client
from tests.remediations.cases.s3.buckets import INVOICES_BUCKET, BucketCase


class ABucketWithoutVersions(BucketCase):
    remediation = KeepVersions
    two_valued = True

    def edit_same(self, target: Target) -> None:
        suspended = {"Status": "Suspended"}
        plain_client("s3").put_bucket_versioning(Bucket=INVOICES_BUCKET, VersioningConfiguration=suspended)
