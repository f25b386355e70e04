"""Cases of `bot.remediations.redshift.backups`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.redshift.backups import KeepClusterSnapshots
from tests.remediations.cases.redshift.public_access import APublicWarehouse


class AWarehouseWithSnapshotsOfADay(APublicWarehouse):
    remediation = KeepClusterSnapshots
    two_valued = False

    def edit_same(self, target: Target) -> None:
        self.change(AutomatedSnapshotRetentionPeriod=30)
