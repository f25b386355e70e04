"""Cases of `bot.remediations.rds.minor_versions`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.rds.minor_versions import UpgradeMinorVersions, UpgradeMinorVersionsOfCluster
from tests.remediations.cases.rds.databases import ClusterCase, DatabaseCase


class ADatabaseWithoutMinorUpgrades(DatabaseCase):
    remediation = UpgradeMinorVersions
    wrong: ClassVar = {"AutoMinorVersionUpgrade": False}


class AClusterWithoutMinorUpgrades(ClusterCase):
    remediation = UpgradeMinorVersionsOfCluster
    wrong: ClassVar = {"AutoMinorVersionUpgrade": False}
