"""Cases of `bot.remediations.s3.encryption`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.s3.encryption import EncryptWithKms
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ABucketWithoutAKey(Case):
    remediation: ClassVar[type[Remediation]] = EncryptWithKms
    key = ""

    def make(self) -> Target:
        bucket = {"LocationConstraint": REGION}
        plain_client("s3").create_bucket(Bucket="acme-invoices", CreateBucketConfiguration=bucket)
        plain_client("s3").put_bucket_tagging(Bucket="acme-invoices", Tagging={"TagSet": TAGS})
        return targeted(EncryptWithKms, "acme-invoices", params={"kmsKey": self.key})

    def edit_beside(self, target: Target) -> None:
        on = {"Status": "Enabled"}
        plain_client("s3").put_bucket_versioning(Bucket="acme-invoices", VersioningConfiguration=on)

    def beside(self, target: Target) -> Any:
        return plain_client("s3").get_bucket_versioning(Bucket="acme-invoices").get("Status")

    def edit_same(self, target: Target) -> None:
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/theirs"}}
        plain_client("s3").put_bucket_encryption(
            Bucket="acme-invoices", ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket="acme-invoices")


class ABucketForWhichThePolicyHasAKey(ABucketWithoutAKey):
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111aaaa-22bb-33cc-44dd-555555eeeeee"
