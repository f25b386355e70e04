# ruff: noqa: ARG002 - a case knows its resource without the target
"""How trails and logs fall short."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.cloudtrail.cloudwatch_logs import SendTrailToCloudWatch
from bot.remediations.cloudtrail.encryption import EncryptTrail
from bot.remediations.cloudwatch.retention import KeepLogs
from tests.aws import REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class TrailCase(Case):
    """A trail that somebody else gives a folder."""

    remediation: ClassVar[type[Remediation]]
    later: ClassVar[dict[str, str]]
    params: ClassVar[dict[str, Any]]

    def make(self) -> Target:
        plain_client("s3").create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        tags = [{"Key": "password", "Value": PLANTED}]
        made = plain_client("cloudtrail").create_trail(Name="everything", S3BucketName="trail-logs", TagsList=tags)
        return targeted(self.remediation, made["TrailARN"], params=self.params)

    def edit_beside(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", S3KeyPrefix="audit")

    def beside(self, target: Target) -> Any:
        return plain_client("cloudtrail").get_trail(Name="everything")["Trail"].get("S3KeyPrefix")

    def edit_same(self, target: Target) -> None:
        plain_client("cloudtrail").update_trail(Name="everything", **self.later)

    def destroy(self, target: Target) -> None:
        plain_client("cloudtrail").delete_trail(Name="everything")


class ATrailWithoutAKey(TrailCase):
    remediation = EncryptTrail
    later: ClassVar = {"KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/theirs"}
    params: ClassVar = {"kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/trails"}


class ATrailThatCloudWatchDoesNotSee(TrailCase):
    remediation = SendTrailToCloudWatch
    later: ClassVar = {"CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:theirs:*"}
    params: ClassVar = {
        "logGroup": "arn:aws:logs:eu-west-1:123456789012:log-group:trails:*",
        "role": "arn:aws:iam::123456789012:role/trails",
    }


class ALogGroupThatForgets(Case):
    """After a month; another group's name begins alike."""

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
    """AWS Config's resource id is the name; the policy wants more than CloudWatch has a period for."""

    def make(self) -> Target:
        super().make()
        return targeted(KeepLogs, self.name, params={"minRetentionTime": 4000})
