"""RDS settings that are on or off: protection against deletion, upgrades, tags, a standby."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.rds.describe import (
    OnCluster,
    OnDatabase,
    cluster,
    database,
    database_of_its_own,
    modify_cluster,
    modify_database,
    refuse_if_others_wait,
)
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle


class _DatabaseSwitch(OnDatabase, Toggle):
    """One flag of DescribeDBInstances, which ModifyDBInstance takes under the same name."""

    reads = ("rds:DescribeDBInstances",)
    writes = ("rds:ModifyDBInstance",)
    compliant_value = True
    flag: ClassVar[str]
    more: ClassVar[Mapping[str, Any]] = {}

    def is_on(self, target: Target, aws: Account) -> bool:
        """While RDS still works on it, the old value: so there is no proof before it is done."""
        return bool(database_of_its_own(aws, target)[self.flag])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag."""
        modify_database(aws, target, **{self.flag: on}, **self.more)


class ProtectDatabase(_DatabaseSwitch):
    """Let RDS refuse to delete the database; it is applied at once and interrupts nothing (API_ModifyDBInstance)."""

    title = "Protect the database against deletion"
    problem = "Database can be deleted by one call"
    controls = ("RDS.8",)
    config_rules = ("RDS_INSTANCE_DELETION_PROTECTION_ENABLED",)
    setting = "deletion protection"
    flag = "DeletionProtection"


class UpgradeMinorVersions(_DatabaseSwitch):
    """Let RDS install minor versions in the maintenance window; the database restarts then."""

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
        """Members of an Aurora cluster have this flag of their own."""
        return bool(database(aws, target)[self.flag])

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """When a restart would come, and whether anything stands in for it."""
        yield evidence_of("When may RDS restart it?", lambda: str(database(aws, target)["PreferredMaintenanceWindow"]))
        yield evidence_of(
            "Does a standby take over?", lambda: "yes" if database(aws, target)["MultiAZ"] else "no: it is down"
        )


class CopyTagsToSnapshots(_DatabaseSwitch):
    """Give snapshots the tags of their database; those that are there stay as they are."""

    title = "Copy tags to snapshots"
    problem = "Snapshots without their database's tags"
    controls = ("RDS.17",)
    effects = (Effect.FUTURE_ONLY,)
    setting = "copy tags to snapshots"
    flag = "CopyTagsToSnapshot"


class AddStandby(_DatabaseSwitch):
    """Give the database a standby in a second zone.

    Else it would be made in the maintenance window, days after it was approved; so it is made at once, and refused
    where that would take other people's waiting changes with it (ApplyImmediately applies all of them).
    """

    title = "Add a standby in another zone"
    problem = "Database in one zone only"
    controls = ("RDS.5",)
    config_rules = ("RDS_MULTI_AZ_SUPPORT",)
    effects = (Effect.COSTS_MONEY, Effect.TAKES_LONG)
    setting = "standby in another zone"
    flag = "MultiAZ"
    more: ClassVar[Mapping[str, Any]] = {"ApplyImmediately": True}
    deadline_seconds = 7200

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal where other changes wait."""
        instance = database_of_its_own(aws, target)
        refuse_if_others_wait(instance, self.flag)
        return bool(instance[self.flag])

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What it costs: as much again."""
        yield evidence_of("What is doubled?", lambda: _size(database(aws, target)))
        yield Evidence("Is the load low? (while the copy is made, writes are slower)", "not known", known=False)


def _size(instance: Mapping[str, Any]) -> str:
    return f"{instance['DBInstanceClass']}, {instance['AllocatedStorage']} GiB of {instance['Engine']}"


class _ClusterSwitch(OnCluster, Toggle):
    """One flag of DescribeDBClusters, which ModifyDBCluster takes under the same name."""

    reads = ("rds:DescribeDBClusters",)
    writes = ("rds:ModifyDBCluster",)
    compliant_value = True
    flag: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        """The cluster's flag."""
        return bool(cluster(aws, target).get(self.flag))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag."""
        modify_cluster(aws, target, **{self.flag: on})


class ProtectCluster(_ClusterSwitch):
    """Let RDS refuse to delete the cluster."""

    title = "Protect the cluster against deletion"
    problem = "Cluster can be deleted by one call"
    controls = ("RDS.7",)
    config_rules = ("RDS_CLUSTER_DELETION_PROTECTION_ENABLED",)
    setting = "deletion protection"
    flag = "DeletionProtection"


class CopyTagsToClusterSnapshots(_ClusterSwitch):
    """Give snapshots the tags of their cluster; those that are there stay as they are.

    Neptune's clusters are changed by the same call (Amazon Neptune User Guide, "ModifyDBCluster").
    """

    title = "Copy tags to cluster snapshots"
    problem = "Snapshots without their cluster's tags"
    controls = ("RDS.16", "RDS.47", "RDS.48", "Neptune.8")
    config_rules = (
        "RDS_PGSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK",
        "RDS_MYSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK",
        "NEPTUNE_CLUSTER_COPY_TAGS_TO_SNAPSHOT_ENABLED",
    )
    effects = (Effect.FUTURE_ONLY,)
    setting = "copy tags to snapshots"
    flag = "CopyTagsToSnapshot"


class UpgradeMinorVersionsOfCluster(_ClusterSwitch):
    """Let RDS install minor versions of a Multi-AZ cluster in the maintenance window; it restarts then."""

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
        """When a restart would come."""
        yield evidence_of("When may RDS restart it?", lambda: str(cluster(aws, target)["PreferredMaintenanceWindow"]))
