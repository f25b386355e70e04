# ruff: noqa: ARG002 - a case knows its resource without the target
"""Accounts whose GuardDuty or Macie does not look, and detectors without tags."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.guardduty.enable import EnableGuardDuty
from bot.remediations.macie.enable import EnableMacie
from bot.remediations.tagging.required_tags import TagDetector, TagDetectorFilter
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


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


class AnAccountWithoutGuardDuty(Case):
    remediation: ClassVar[type[Remediation]] = EnableGuardDuty
    two_valued = True

    def make(self) -> Target:
        plain_client("ssm").put_parameter(Name="password", Value=PLANTED, Type="SecureString")
        return targeted(self.remediation, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        plain_client("ssm").put_parameter(Name="theirs", Value="x", Type="String")

    def beside(self, target: Target) -> Any:
        return plain_client("ssm").get_parameter(Name="theirs")["Parameter"]["Value"]

    def edit_same(self, target: Target) -> None:
        guardduty = plain_client("guardduty")
        for detector in guardduty.list_detectors()["DetectorIds"]:
            guardduty.update_detector(DetectorId=detector, Enable=False)

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AnAccountWhoseGuardDutySleeps(AnAccountWithoutGuardDuty):
    """Suspended, with a filter that somebody adds."""

    def make(self) -> Target:
        plain_client("guardduty").create_detector(Enable=False, Tags={"password": PLANTED})
        return targeted(EnableGuardDuty, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        guardduty = plain_client("guardduty")
        detector = guardduty.list_detectors()["DetectorIds"][0]
        guardduty.update_detector(DetectorId=detector, FindingPublishingFrequency="ONE_HOUR")

    def beside(self, target: Target) -> Any:
        guardduty = plain_client("guardduty")
        detector = guardduty.list_detectors()["DetectorIds"][0]
        return guardduty.get_detector(DetectorId=detector)["FindingPublishingFrequency"]


class AnAccountWithoutMacie(AnAccountWithoutGuardDuty):
    remediation = EnableMacie

    def edit_same(self, target: Target) -> None:
        plain_client("macie2").update_macie_session(status="PAUSED")


class AnAccountWhoseMacieIsPaused(AnAccountWithoutMacie):
    def make(self) -> Target:
        target = super().make()
        plain_client("macie2").enable_macie(status="PAUSED")
        return target

    def edit_beside(self, target: Target) -> None:
        plain_client("macie2").update_macie_session(findingPublishingFrequency="ONE_HOUR")

    def beside(self, target: Target) -> Any:
        return plain_client("macie2").get_macie_session()["findingPublishingFrequency"]
