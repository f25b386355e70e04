"""Protect RDS instances and clusters against deletion."""

from __future__ import annotations

from bot.remediations.rds.toggles import ClusterToggle, DatabaseToggle


class ProtectDatabase(DatabaseToggle):
    """Turn on deletion protection; it applies immediately and interrupts nothing (API_ModifyDBInstance)."""

    title = "Protect the database against deletion"
    problem = "Database can be deleted by one call"
    controls = ("RDS.8",)
    config_rules = ("RDS_INSTANCE_DELETION_PROTECTION_ENABLED",)
    setting = "deletion protection"
    flag = "DeletionProtection"


class ProtectCluster(ClusterToggle):
    """Turn on deletion protection of the cluster."""

    title = "Protect the cluster against deletion"
    problem = "Cluster can be deleted by one call"
    controls = ("RDS.7",)
    config_rules = ("RDS_CLUSTER_DELETION_PROTECTION_ENABLED",)
    setting = "deletion protection"
    flag = "DeletionProtection"


class ProtectDocumentCluster(ClusterToggle):
    """Turn on deletion protection of a DocumentDB or Neptune cluster, which RDS's API changes as well."""

    title = "Protect the cluster against deletion"
    problem = "Cluster can be deleted by one call"
    controls = ("DocumentDB.5", "Neptune.4")
    config_rules = ("DOCDB_CLUSTER_DELETION_PROTECTION_ENABLED", "NEPTUNE_CLUSTER_DELETION_PROTECTION_ENABLED")
    setting = "deletion protection"
    flag = "DeletionProtection"
