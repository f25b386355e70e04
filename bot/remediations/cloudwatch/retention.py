"""Retention of CloudWatch log groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, name_after, paginated

_RETENTION: Final = "days that logs are kept"
FOREVER: Final = "for ever"
_VALID_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The periods of https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html."""


class KeepLogs(Remediation):
    """Keep a log group's events for a year, or the period of the policy; a longer retention stays.

    Expired events are not restored. Undo shortens the period again, and older events then expire.
    """

    title = "Keep logs longer"
    problem = "Logs expire too soon"
    controls = ("CloudWatch.16",)
    config_rules = ("CW_LOGGROUP_RETENTION_PERIOD_CHECK",)
    resource_type = "AWS::Logs::LogGroup"
    effects = (Effect.COSTS_MONEY,)
    reversible = Reversible.PARTLY
    not_restored = "events older than the days that Undo goes back to: they expire"
    reads = ("logs:DescribeLogGroups",)
    writes = ("logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy")
    params: ClassVar[Mapping[str, Param]] = {"minRetentionTime": Param(365, "days that logs are kept at least")}

    def read(self, target: Target, aws: Account) -> Settings:
        return {_RETENTION: _group(aws, target).get("retentionInDays") or FOREVER}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Return the shortest valid period that is long enough, unless the current one is."""
        minimum = int(params["minRetentionTime"])
        current = settings[_RETENTION]
        if current == FOREVER or int(current) >= minimum:
            return dict(settings)
        return {_RETENTION: next((days for days in _VALID_DAYS if days >= minimum), FOREVER)}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        logs, name = aws.client("logs"), group_name(target)
        if value == FOREVER:
            logs.delete_retention_policy(logGroupName=name)
        else:
            logs.put_retention_policy(logGroupName=name, retentionInDays=int(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARN of the log group in both forms of IAM."""
        where = target.resource
        base = f"arn:{where.partition}:logs:{where.region}:{where.account}:log-group:{group_name(target)}"
        return (base, f"{base}:*")

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("How much is stored now?", lambda: _stored(_group(aws, target)))


def group_name(target: Target) -> str:
    return name_after(":log-group:", target).removesuffix(":*")


def _group(aws: Account, target: Target) -> Mapping[str, Any]:
    name = group_name(target)
    groups = paginated(aws.client("logs"), "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    for group in groups:
        if group["logGroupName"] == name:
            return group
    raise ResourceGone(target.resource.id)


def _stored(group: Mapping[str, Any]) -> str:
    return f"{int(group.get('storedBytes', 0)) >> 20} MiB"
