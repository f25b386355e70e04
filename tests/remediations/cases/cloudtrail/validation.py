"""Cases of `bot.remediations.cloudtrail.validation`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.cloudtrail.validation import ValidateTrail
from tests.aws import REGION, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ATrailThatIsNotValidated(Case):
    remediation = ValidateTrail
    two_valued = True

    def make(self) -> Target:
        s3 = plain_client("s3")
        s3.create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        made = plain_client("cloudtrail").create_trail(Name="everything", S3BucketName="trail-logs", TagsList=TAGS)
        return targeted(ValidateTrail, made["TrailARN"])

    def edit_beside(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", S3KeyPrefix="audit")

    def beside(self, target: Target) -> Any:
        return plain_client("cloudtrail").get_trail(Name="everything")["Trail"].get("S3KeyPrefix")

    def edit_same(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", EnableLogFileValidation=False)

    def destroy(self, target: Target) -> None:
        plain_client("cloudtrail").delete_trail(Name="everything")
