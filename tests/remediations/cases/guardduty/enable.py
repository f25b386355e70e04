"""Cases of `bot.remediations.guardduty.enable`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.guardduty.enable import EnableGuardDuty
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


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
    """A suspended detector, to which somebody else adds a filter."""

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
