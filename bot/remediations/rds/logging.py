"""Send the logs of RDS, Aurora, DocumentDB and Neptune engines to CloudWatch Logs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.rds.describe import (
    OnCluster,
    OnDatabase,
    database_outside_cluster,
    describe_cluster,
    modify_cluster,
    modify_database,
)
from bot.remediations.toolkit.aws_calls import evidence_of

_EXPORTS: Final = "logs sent to CloudWatch"
_ALL_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "mariadb": ("audit", "error", "general", "slowquery"),
    "mysql": ("audit", "error", "general", "slowquery"),
    "oracle": ("alert", "audit", "listener", "trace"),
    "postgres": ("postgresql", "upgrade"),
    "sqlserver": ("agent", "error"),
    "sqlserver-ex": ("error",),
}
"""RDS.9, by the engine's name or its first word; SQL Server Express has no agent."""


class _SendLogs(Remediation):
    """Send the kinds of logs that the open controls require; others that are sent stay on.

    All kinds are one setting, because RDS takes one change at a time: a second call during the first is refused.
    """

    effects = (Effect.COSTS_MONEY,)
    deadline_seconds = 900
    wanted: ClassVar[Mapping[str, tuple[str, ...]]]

    @abstractmethod
    def describe(self, target: Target, aws: Account) -> dict[str, Any]:
        """Return the instance or cluster."""

    @abstractmethod
    def modify(self, target: Target, aws: Account, change: Mapping[str, list[str]]) -> None:
        """Enable and disable kinds of logs."""

    def kinds(self, target: Target, described: Mapping[str, Any]) -> set[str]:  # for subclasses
        """Return the kinds that the open controls require."""
        return {kind for control in target.controls for kind in self.wanted.get(control, ())}

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the required kinds, and those of them that are sent."""
        described = self.describe(target, aws)
        kinds = self.kinds(target, described)
        sent = kinds & set(described.get("EnabledCloudwatchLogsExports") or ())
        return {_EXPORTS: sorted(sent), "logs that the engine has": sorted(kinds)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _EXPORTS: settings["logs that the engine has"]}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Change the kinds in one call, which names only those that differ: RDS refuses to enable what is enabled."""
        described = self.describe(target, aws)
        sent = set(described.get("EnabledCloudwatchLogsExports") or ())
        off = sorted((self.kinds(target, described) & sent) - set(value))
        on = sorted(set(value) - sent)
        change = {**({"EnableLogTypes": on} if on else {}), **({"DisableLogTypes": off} if off else {})}
        if change:
            self.modify(target, aws, change)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which engine writes them?", lambda: str(self.describe(target, aws)["Engine"]))
        yield Evidence(
            "Do its parameters make it write them?", "not known (parameter groups are not read)", known=False
        )


class SendDatabaseLogs(OnDatabase, _SendLogs):
    """Send logs of an instance to CloudWatch Logs."""

    title = "Send the database's logs to CloudWatch"
    problem = "Database logs are not kept"
    controls = ("RDS.9", "RDS.36", "RDS.40", "RDS.42")
    config_rules = (
        "RDS_LOGGING_ENABLED",
        "RDS_POSTGRESQL_LOGS_TO_CLOUDWATCH",
        "RDS_SQL_SERVER_LOGS_TO_CLOUDWATCH",
        "MARIADB_PUBLISH_LOGS_TO_CLOUDWATCH_LOGS",
    )
    reads = ("rds:DescribeDBInstances",)
    writes = ("rds:ModifyDBInstance",)
    wanted: ClassVar = {
        "RDS.36": ("postgresql",),
        "RDS.40": ("error",),
        "RDS.42": ("error",),
    }

    def describe(self, target: Target, aws: Account) -> dict[str, Any]:
        """Return the instance. Raises Refusal for a member of a cluster."""
        return database_outside_cluster(aws, target)

    def kinds(self, target: Target, described: Mapping[str, Any]) -> set[str]:
        """Return the required kinds; RDS.9 requires all that the engine has. Raises Refusal for an unknown engine."""
        engine = str(described["Engine"])
        all_of = _ALL_OF.get(engine) or _ALL_OF.get(engine.removeprefix("custom-").split("-")[0])
        if all_of is None:
            raise Refusal(f"which logs {engine} has is not known")
        return super().kinds(target, described) | (set(all_of) if "RDS.9" in target.controls else set())

    def modify(self, target: Target, aws: Account, change: Mapping[str, list[str]]) -> None:
        """Change the kinds; ModifyDBInstance applies it immediately, whatever ApplyImmediately is."""
        modify_database(aws, target, CloudwatchLogsExportConfiguration=change)


class SendClusterLogs(OnCluster, _SendLogs):
    """Send logs of an Aurora cluster to CloudWatch Logs: the audit log of MySQL, the log of PostgreSQL."""

    title = "Send the cluster's logs to CloudWatch"
    problem = "Cluster logs are not kept"
    controls = ("RDS.34", "RDS.37")
    config_rules = ("RDS_AURORA_MYSQL_AUDIT_LOGGING_ENABLED", "RDS_AURORA_POSTGRESQL_LOGS_TO_CLOUDWATCH")
    reads = ("rds:DescribeDBClusters",)
    writes = ("rds:ModifyDBCluster",)
    wanted: ClassVar = {"RDS.34": ("audit",), "RDS.37": ("postgresql",)}
    proved_on = "extended"

    def describe(self, target: Target, aws: Account) -> dict[str, Any]:
        return describe_cluster(aws, target)

    def modify(self, target: Target, aws: Account, change: Mapping[str, list[str]]) -> None:
        modify_cluster(aws, target, CloudwatchLogsExportConfiguration=change)


class SendDocumentAudits(SendClusterLogs):
    """Send the audit log of a DocumentDB or Neptune cluster; its parameters decide whether the engine writes one."""

    title = "Send the cluster's audit log to CloudWatch"
    problem = "Audit log of the cluster is not kept"
    controls = ("DocumentDB.4", "Neptune.2")
    config_rules = ("DOCDB_CLUSTER_AUDIT_LOGGING_ENABLED", "NEPTUNE_CLUSTER_CLOUDWATCH_LOG_EXPORT_ENABLED")
    wanted: ClassVar = {"DocumentDB.4": ("audit",), "Neptune.2": ("audit",)}
