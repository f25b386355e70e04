"""Cases of trails."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from tests.aws import REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class TrailCase(Case):
    """A case of a trail whose S3 prefix somebody else changes."""

    remediation: ClassVar[type[Remediation]]
    later: ClassVar[dict[str, str]]
    params: ClassVar[dict[str, Any]]

    def make(self) -> Target:
        plain_client("s3").create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        tags = [{"Key": "password", "Value": PLANTED}]
        made = plain_client("cloudtrail").create_trail(Name="everything", S3BucketName="trail-logs", TagsList=tags)
        return targeted(self.remediation, made["TrailARN"], params=self.params)

    def edit_beside(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", S3KeyPrefix="audit")

    def beside(self, target: Target) -> Any:
        return plain_client("cloudtrail").get_trail(Name="everything")["Trail"].get("S3KeyPrefix")

    def edit_same(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", **self.later)

    def destroy(self, target: Target) -> None:
        plain_client("cloudtrail").delete_trail(Name="everything")
