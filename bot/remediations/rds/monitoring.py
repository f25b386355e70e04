"""Turn on Enhanced Monitoring of RDS instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, resolved_params
from bot.remediations.rds.describe import (
    OnDatabase,
    describe_database,
    modify_database,
)

_MONITORING: Final = "enhanced monitoring"


class MonitorDatabase(OnDatabase):
    """Turn on Enhanced Monitoring with the role that the policy names; where it is on, it does not change."""

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
        instance = describe_database(aws, target)
        every = int(instance.get("MonitoringInterval") or 0)
        on = {"seconds": every, "role": str(instance.get("MonitoringRoleArn") or "")}
        return {_MONITORING: on if every else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Turn monitoring on. Raises Refusal where the policy names no role."""
        if settings[_MONITORING] is not ABSENT:
            return dict(settings)
        if not params["monitoringRole"]:
            raise Refusal("the policy names no role for it: set monitoringRole of RDS.6")
        on = {"seconds": int(params["monitoringInterval"]), "role": str(params["monitoringRole"])}
        return {**settings, _MONITORING: on}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set the interval and role; an interval of 0 turns monitoring off."""
        on = {} if value is ABSENT else {"MonitoringRoleArn": value["role"]}
        every = 0 if value is ABSENT else int(value["seconds"])
        modify_database(aws, target, MonitoringInterval=every, **on)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the database, and the role that is passed to RDS."""
        role = resolved_params(self, target)["monitoringRole"]
        return (*super().write_resources(target), *([str(role)] if role else []))
