"""Cases of `bot.remediations.tagging.required_tags`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.tagging.required_tags import TagDetector, TagDetectorFilter, TagTable
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.dynamodb.deletion_protection import ATableThatCanBeDeleted
from tests.remediations.contract import PLANTED, Case, targeted


class ADetectorWithoutTags(Case):
    remediation: ClassVar[type[Remediation]] = TagDetector
    path = ""

    def make(self) -> Target:
        guardduty = plain_client("guardduty")
        detector = guardduty.create_detector(Enable=True, Tags={"password": PLANTED})["DetectorId"]
        guardduty.create_filter(DetectorId=detector, Name="known", FindingCriteria={"Criterion": {}})
        arn = f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{detector}{self.path}"
        return targeted(self.remediation, arn, params={"tags": {"owner": "security"}})

    def edit_beside(self, target: Target) -> None:
        plain_client("guardduty").tag_resource(ResourceArn=target.resource.id, Tags={"theirs": "web"})

    def beside(self, target: Target) -> Any:
        tags = plain_client("guardduty").list_tags_for_resource(ResourceArn=target.resource.id)["Tags"]
        return {key: value for key, value in tags.items() if key != "owner"}

    def edit_same(self, target: Target) -> None:
        plain_client("guardduty").tag_resource(ResourceArn=target.resource.id, Tags={"owner": "web"})

    def destroy(self, target: Target) -> None:
        detector = target.resource.id.partition("detector/")[2].partition("/")[0]
        plain_client("guardduty").delete_detector(DetectorId=detector)


class AFilterWithoutTags(ADetectorWithoutTags):
    remediation = TagDetectorFilter
    path = "/filter/known"


class ATableWithoutTags(ATableThatCanBeDeleted):
    remediation = TagTable
    two_valued = False

    def make(self) -> Target:
        super().make()
        return targeted(TagTable, self.arn, params={"tags": {"owner": "payments", "env": "prod", "password": "never"}})

    def edit_same(self, target: Target) -> None:
        plain_client("dynamodb").tag_resource(ResourceArn=self.arn, Tags=[{"Key": "owner", "Value": "web"}])
