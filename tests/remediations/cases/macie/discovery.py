"""Cases of `bot.remediations.macie.discovery`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.macie.discovery import DiscoverSensitiveData
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import Case, Indestructible, targeted


class AnAccountWithoutDiscovery(Case):
    remediation = DiscoverSensitiveData
    two_valued = True

    def make(self) -> Target:
        plain_client("macie2").enable_macie(status="ENABLED")
        return targeted(DiscoverSensitiveData, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        plain_client("macie2").update_macie_session(findingPublishingFrequency="ONE_HOUR")

    def beside(self, target: Target) -> Any:
        return plain_client("macie2").get_macie_session()["findingPublishingFrequency"]

    def edit_same(self, target: Target) -> None:
        plain_client("macie2").update_automated_discovery_configuration(status="DISABLED")

    def destroy(self, target: Target) -> None:
        raise Indestructible
