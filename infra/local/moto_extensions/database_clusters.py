"""RDS clusters: log exports to CloudWatch."""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBCluster, RDSBackend

from infra.local.moto_extensions.patching import replace

_modify_db_cluster = RDSBackend.modify_db_cluster


def modify_db_cluster(self: RDSBackend, kwargs: dict[str, Any]) -> DBCluster:
    """Support CloudwatchLogsExportConfiguration.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html: "The configuration setting for
    the log types to be enabled for export to CloudWatch Logs". moto expects it under its name in CreateDBCluster.
    """
    change = kwargs.pop("cloudwatch_logs_export_configuration", None) or {}
    answer = _modify_db_cluster(self, kwargs)
    on = set(answer.enabled_cloudwatch_logs_exports) | set(change.get("EnableLogTypes", []))
    exports = sorted(on - set(change.get("DisableLogTypes", [])))
    for one in (answer, self.clusters[answer.db_cluster_identifier]):
        one.enabled_cloudwatch_logs_exports = exports
    return answer


def install() -> None:
    replace(RDSBackend, modify_db_cluster=modify_db_cluster)
