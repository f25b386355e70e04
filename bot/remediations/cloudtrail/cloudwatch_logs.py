"""Delivery of trail events to CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, resolved_params
from bot.remediations.cloudtrail.trails import TrailRemediation, trail_of, update_trail
from bot.remediations.toolkit.aws_calls import evidence_of

_LOGS: Final = "CloudWatch Logs"


class SendTrailToCloudWatch(TrailRemediation):
    """Send a trail's events to the log group of the policy as well; a trail with a log group keeps it."""

    title = "Send the trail to CloudWatch Logs"
    problem = "Trail is not in CloudWatch Logs"
    controls = ("CloudTrail.5",)
    config_rules = ("CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED",)
    effects = (Effect.COSTS_MONEY,)
    writes = ("cloudtrail:UpdateTrail", "iam:PassRole")
    params: ClassVar[Mapping[str, Param]] = {
        "logGroup": Param("", "ARN of the log group, ending in :*; none, no fix"),
        "role": Param("", "ARN of the role by which CloudTrail may write to it; none, no fix"),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        trail = trail_of(aws, target)
        group = trail.get("CloudWatchLogsLogGroupArn")
        return {_LOGS: {"log group": group, "role": trail.get("CloudWatchLogsRoleArn", "")} if group else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Add the policy's log group and role if there are none. Raise Refusal if the policy does not name both."""
        if settings[_LOGS] is not ABSENT:
            return dict(settings)
        if not params["logGroup"] or not params["role"]:
            raise Refusal("the policy does not say where to: set logGroup and role of CloudTrail.5")
        return {_LOGS: {"log group": str(params["logGroup"]), "role": str(params["role"])}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set both; empty strings stop delivery (CloudTrail User Guide, "Stopping CloudTrail from sending events")."""
        group, role = ("", "") if value is ABSENT else (value["log group"], value["role"])
        update_trail(aws, target, CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the trail's ARN, and that of the role that is passed to CloudTrail."""
        role = resolved_params(self, target)["role"]
        return (*super().write_resources(target), *([str(role)] if role else []))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Are its events of all Regions?", lambda: _regions(trail_of(aws, target)))


def _regions(trail: Mapping[str, Any]) -> str:
    return "yes" if trail.get("IsMultiRegionTrail") else "no: of its own Region only"
