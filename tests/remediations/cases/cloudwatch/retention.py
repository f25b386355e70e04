"""Cases of `bot.remediations.cloudwatch.retention`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.cloudwatch.retention import KeepLogs
from tests.aws import REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class ALogGroupThatForgets(Case):
    """A log group with a retention of a month; the name of another has the same prefix."""

    remediation = KeepLogs
    name = "/aws/lambda/payroll"

    def make(self) -> Target:
        logs = plain_client("logs")
        for name in (f"{self.name}-test", self.name):
            logs.create_log_group(logGroupName=name, tags={"password": PLANTED})
        self.keep(30)
        return targeted(KeepLogs, f"arn:aws:logs:{REGION}:123456789012:log-group:{self.name}:*")

    def edit_beside(self, target: Target) -> None:
        plain_client("logs").put_metric_filter(
            logGroupName=self.name,
            filterName="errors",
            filterPattern="ERROR",
            metricTransformations=[{"metricName": "errors", "metricNamespace": "payroll", "metricValue": "1"}],
        )

    def beside(self, target: Target) -> Any:
        return plain_client("logs").describe_metric_filters(logGroupName=self.name)["metricFilters"]

    def edit_same(self, target: Target) -> None:
        self.keep(731)

    def destroy(self, target: Target) -> None:
        plain_client("logs").delete_log_group(logGroupName=self.name)

    def keep(self, days: int) -> None:
        plain_client("logs").put_retention_policy(logGroupName=self.name, retentionInDays=days)


class ALogGroupThatConfigNames(ALogGroupThatForgets):
    """The same, identified by its name as in AWS Config; the policy's minimum is above the longest period."""

    def make(self) -> Target:
        super().make()
        return targeted(KeepLogs, self.name, params={"minRetentionTime": 4000})
