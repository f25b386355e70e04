"""RDS settings that have a value: how long backups are kept, what is measured, which logs go to CloudWatch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, resolved_params
from bot.remediations.rds.describe import (
    OnDatabase,
    database,
    database_of_its_own,
    modify_database,
    refuse_if_others_wait,
)
from bot.remediations.toolkit.aws_calls import evidence_of

_RETENTION: Final = "days that backups are kept"
_MONITORING: Final = "enhanced monitoring"


class KeepBackups(OnDatabase):
    """Keep automatic backups for as many days as the control wants; more than that stays more.

    From none to some is made at once only with ApplyImmediately, which takes other waiting changes with it: refused
    where there are any. It interrupts I/O for some seconds in a single zone (API_ModifyDBInstance).
    """

    title = "Keep automatic backups"
    problem = "Backups are not kept long enough"
    controls = ("RDS.11",)
    config_rules = ("DB_INSTANCE_BACKUP_ENABLED",)
    effects = (Effect.RESTARTS, Effect.COSTS_MONEY)
    reversible = Reversible.PARTLY
    not_restored = "backups taken since: Undo to no backups makes RDS delete all of them"
    reads = ("rds:DescribeDBInstances",)
    writes = ("rds:ModifyDBInstance",)
    params: ClassVar[Mapping[str, Param]] = {"backupRetentionMinimum": Param(7, "days that backups are kept at least")}
    deadline_seconds = 1800

    def read(self, target: Target, aws: Account) -> Settings:
        """The days; 0 is no backups."""
        instance = database_of_its_own(aws, target)
        if instance.get("ReadReplicaSourceDBInstanceIdentifier"):
            raise Refusal("it is a read replica: the control leaves those out, its source has the backups")
        refuse_if_others_wait(instance, "BackupRetentionPeriod")
        return {_RETENTION: int(instance["BackupRetentionPeriod"])}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Never fewer days than now."""
        return {**settings, _RETENTION: max(int(settings[_RETENTION]), int(params["backupRetentionMinimum"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """At once."""
        modify_database(aws, target, BackupRetentionPeriod=int(value), ApplyImmediately=True)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What the backups cost it."""
        yield evidence_of("When are backups made?", lambda: f"{database(aws, target)['PreferredBackupWindow']} UTC")
        yield evidence_of("Does a standby take the load of them?", lambda: _standby(database(aws, target)))


def _standby(instance: Mapping[str, Any]) -> str:
    return "yes" if instance["MultiAZ"] else "no: I/O stops for some seconds at each backup"


class MonitorDatabase(OnDatabase):
    """Turn on Enhanced Monitoring, with the role that the policy names; where it is on, it stays as it is."""

    title = "Turn on Enhanced Monitoring"
    problem = "Database is not monitored"
    controls = ("RDS.6",)
    config_rules = ("RDS_ENHANCED_MONITORING_ENABLED",)
    effects = (Effect.COSTS_MONEY,)
    reads = ("rds:DescribeDBInstances",)
    writes = ("iam:PassRole", "rds:ModifyDBInstance")
    params: ClassVar[Mapping[str, Param]] = {
        "monitoringInterval": Param(60, "seconds between two measurements: 1, 5, 10, 15, 30 or 60"),
        "monitoringRole": Param("", "ARN of the role with AmazonRDSEnhancedMonitoringRole; none, no fix"),
    }
    deadline_seconds = 900

    def read(self, target: Target, aws: Account) -> Settings:
        """How often, and by which role."""
        instance = database(aws, target)
        every = int(instance.get("MonitoringInterval") or 0)
        on = {"seconds": every, "role": str(instance.get("MonitoringRoleArn") or "")}
        return {_MONITORING: on if every else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """On. Raises Refusal where the policy names no role."""
        if settings[_MONITORING] is not ABSENT:
            return dict(settings)
        if not params["monitoringRole"]:
            raise Refusal("the policy names no role for it: set monitoringRole of RDS.6")
        on = {"seconds": int(params["monitoringInterval"]), "role": str(params["monitoringRole"])}
        return {**settings, _MONITORING: on}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """An interval of nothing turns it off."""
        on = {} if value is ABSENT else {"MonitoringRoleArn": value["role"]}
        every = 0 if value is ABSENT else int(value["seconds"])
        modify_database(aws, target, MonitoringInterval=every, **on)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The database, and the role that RDS is given."""
        role = resolved_params(self, target)["monitoringRole"]
        return (*super().write_resources(target), *([str(role)] if role else []))
