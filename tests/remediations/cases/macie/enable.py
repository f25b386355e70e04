"""Cases of `bot.remediations.macie.enable`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.macie.enable import EnableMacie
from tests.aws import plain_client
from tests.remediations.cases.guardduty.enable import AnAccountWithoutGuardDuty


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
