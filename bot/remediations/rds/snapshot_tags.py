"""Copy tags of RDS instances and clusters to their snapshots."""

from __future__ import annotations

from bot.domain.plan import Effect
from bot.remediations.rds.toggles import ClusterToggle, DatabaseToggle


class CopyTagsToSnapshots(DatabaseToggle):
    """Copy the tags of the database to new snapshots; existing ones do not change."""

    title = "Copy tags to snapshots"
    problem = "Snapshots without their database's tags"
    controls = ("RDS.17",)
    effects = (Effect.FUTURE_ONLY,)
    setting = "copy tags to snapshots"
    flag = "CopyTagsToSnapshot"


class CopyTagsToClusterSnapshots(ClusterToggle):
    """Copy the tags of the cluster to new snapshots; existing ones do not change.

    The same call changes Neptune clusters (Amazon Neptune User Guide, "ModifyDBCluster").
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
