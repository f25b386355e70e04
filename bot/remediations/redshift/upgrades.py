"""Install new versions of Redshift automatically."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.redshift.clusters import ClusterToggle, describe_cluster
from bot.remediations.toolkit.aws_calls import evidence_of


class UpgradeMajorVersions(ClusterToggle):
    """Install new engine versions in the maintenance window, in which the cluster then restarts."""

    title = "Install new versions automatically"
    problem = "Redshift cluster misses upgrades"
    controls = ("Redshift.6",)
    config_rules = ("REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK",)
    effects = (Effect.RESTARTS,)
    reversible = Reversible.PARTLY
    not_restored = "the version before, once a newer one has been installed"
    deadline_seconds = 900
    setting = "automatic upgrades"
    compliant_value = True
    flag = "AllowVersionUpgrade"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "When may it restart?", lambda: str(describe_cluster(aws, target)["PreferredMaintenanceWindow"])
        )
