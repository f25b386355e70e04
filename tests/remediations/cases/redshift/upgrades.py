"""Cases of `bot.remediations.redshift.upgrades`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.redshift.upgrades import UpgradeMajorVersions
from tests.remediations.cases.redshift.public_access import APublicWarehouse


class AWarehouseThatIsNotUpgraded(APublicWarehouse):
    remediation = UpgradeMajorVersions

    def edit_same(self, target: Target) -> None:
        self.change(AllowVersionUpgrade=False)
