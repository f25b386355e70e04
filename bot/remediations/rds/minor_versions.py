"""Install minor versions of RDS engines automatically."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.rds.describe import (
    describe_cluster,
    describe_database,
)
from bot.remediations.rds.toggles import ClusterToggle, DatabaseToggle
from bot.remediations.toolkit.aws_calls import evidence_of


class UpgradeMinorVersions(DatabaseToggle):
    """Install minor versions in the maintenance window, in which the database then restarts."""

    title = "Install minor versions automatically"
    problem = "Database misses minor upgrades"
    controls = ("RDS.13",)
    config_rules = ("RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED",)
    effects = (Effect.RESTARTS,)
    reversible = Reversible.PARTLY
    not_restored = "the version before, once a newer one has been installed"
    setting = "automatic minor version upgrades"
    flag = "AutoMinorVersionUpgrade"
    deadline_seconds = 900

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return the flag, which members of an Aurora cluster have, too."""
        return bool(describe_database(aws, target)[self.flag])

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "When may RDS restart it?", lambda: str(describe_database(aws, target)["PreferredMaintenanceWindow"])
        )
        yield evidence_of(
            "Does a standby take over?",
            lambda: "yes" if describe_database(aws, target)["MultiAZ"] else "no: it is down",
        )


class UpgradeMinorVersionsOfCluster(ClusterToggle):
    """Install minor versions of a Multi-AZ cluster in the maintenance window, in which it then restarts."""

    title = "Install the cluster's minor versions automatically"
    problem = "Cluster misses minor upgrades"
    controls = ("RDS.35",)
    config_rules = ("RDS_CLUSTER_AUTO_MINOR_VERSION_UPGRADE_ENABLE",)
    effects = (Effect.RESTARTS,)
    reversible = Reversible.PARTLY
    not_restored = "the version before, once a newer one has been installed"
    setting = "automatic minor version upgrades"
    flag = "AutoMinorVersionUpgrade"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "When may RDS restart it?", lambda: str(describe_cluster(aws, target)["PreferredMaintenanceWindow"])
        )
