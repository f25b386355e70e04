"""CloudWatch Logs: kept for as long as a control asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of

_RETENTION: Final = "days that logs are kept"
FOR_EVER: Final = "for ever"
_TAKEN: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html."""


class KeepLogs(Remediation):
    """Keep a log group's events for a year, or as long as the policy says; what is kept longer stays so.

    What has expired already is gone. Undo shortens it again, and what is older than that then expires.
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
        """The days, or for ever."""
        return {_RETENTION: _group(aws, target).get("retentionInDays") or FOR_EVER}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The shortest period that CloudWatch takes and that is long enough, unless it is long enough already."""
        wanted = int(params["minRetentionTime"])
        now = settings[_RETENTION]
        if now == FOR_EVER or int(now) >= wanted:
            return dict(settings)
        return {_RETENTION: next((days for days in _TAKEN if days >= wanted), FOR_EVER)}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """For ever is to have no policy."""
        logs, name = aws.client("logs"), group_name(target)
        if value == FOR_EVER:
            logs.delete_retention_policy(logGroupName=name)
        else:
            logs.put_retention_policy(logGroupName=name, retentionInDays=int(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The log group, in the form that IAM knows."""
        where = target.resource
        base = f"arn:{where.partition}:logs:{where.region}:{where.account}:log-group:{group_name(target)}"
        return (base, f"{base}:*")

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What it costs."""
        yield evidence_of(
            "How much is stored now?", lambda: f"{int(_group(aws, target).get('storedBytes', 0)) >> 20} MiB"
        )


def group_name(target: Target) -> str:
    """The log group's name, which has slashes: what follows `log-group:` in its ARN, without the star."""
    return (target.resource.id.partition(":log-group:")[2] or target.resource.id).removesuffix(":*")


def _group(aws: Account, target: Target) -> Mapping[str, Any]:
    name = group_name(target)
    pages = aws.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    found = [one for page in pages for one in page["logGroups"] if one["logGroupName"] == name]
    if not found:
        raise ResourceGone(target.resource.id)
    group: Mapping[str, Any] = found[0]
    return group
