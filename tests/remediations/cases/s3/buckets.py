"""Buckets and their policies, for cases."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from tests.aws import REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted

EXPORTS_BUCKET = "acme-payroll-exports"


BUCKET_TAGS = {"TagSet": [{"Key": "password", "Value": PLANTED}]}


INVENTORY = {
    "Sid": PLANTED,
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{EXPORTS_BUCKET}/*",
}


def make_exports_bucket() -> None:
    s3 = plain_client("s3")
    s3.create_bucket(Bucket=EXPORTS_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=EXPORTS_BUCKET, Tagging=BUCKET_TAGS)


def put_policy(*statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": statements}
    plain_client("s3").put_bucket_policy(Bucket=EXPORTS_BUCKET, Policy=json.dumps(document))


INVOICES_BUCKET = "acme-invoices"


def make_bucket(name: str) -> None:
    s3 = plain_client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "password", "Value": PLANTED}]})


class BucketCase(Case):
    """A case of a bucket, whose tags somebody else changes."""

    def make(self) -> Target:
        make_bucket(INVOICES_BUCKET)
        return targeted(self.remediation, INVOICES_BUCKET)

    def edit_beside(self, target: Target) -> None:
        plain_client("s3").put_bucket_tagging(
            Bucket=INVOICES_BUCKET, Tagging={"TagSet": [{"Key": "owner", "Value": "web"}]}
        )

    def beside(self, target: Target) -> Any:
        return plain_client("s3").get_bucket_tagging(Bucket=INVOICES_BUCKET)["TagSet"]

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket=INVOICES_BUCKET)
