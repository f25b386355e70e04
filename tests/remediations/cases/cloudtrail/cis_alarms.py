"""Cases of `bot.remediations.cloudtrail.cis_alarms`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.cloudtrail.cis_alarms import WatchTrail
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted

GROUP = "trails"


TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"


class ATrailThatNobodyWatches(Case):
    """A multi-Region trail with a log group that has a metric filter of others."""

    remediation = WatchTrail

    def make(self) -> Target:
        s3, logs = plain_client("s3"), plain_client("logs")
        s3.create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        logs.create_log_group(logGroupName=GROUP, tags={"password": PLANTED})
        plain_client("cloudtrail").create_trail(
            Name="everything",
            S3BucketName="trail-logs",
            IsMultiRegionTrail=True,
            CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:*",
            CloudWatchLogsRoleArn=f"arn:aws:iam::{ACCOUNT}:role/trails",
        )
        plain_client("sns").create_topic(Name="alarms", Attributes={"DisplayName": PLANTED})
        self.filter("theirs", "ERROR")
        return targeted(WatchTrail, ACCOUNT, "CloudWatch.4", "CloudWatch.13", params={"topic": TOPIC})

    def edit_beside(self, target: Target) -> None:
        self.filter("payroll", "PAYROLL")

    def beside(self, target: Target) -> Any:
        found = plain_client("logs").describe_metric_filters(logGroupName=GROUP)["metricFilters"]
        return [one["filterPattern"] for one in found if not one["filterName"].startswith("cspm-")]

    def edit_same(self, target: Target) -> None:
        self.filter("cspm-CloudWatch.4", "IAM")

    def destroy(self, target: Target) -> None:
        raise Indestructible

    def filter(self, name: str, pattern: str) -> None:
        metric = {"metricName": name, "metricNamespace": "theirs", "metricValue": "1"}
        plain_client("logs").put_metric_filter(
            logGroupName=GROUP, filterName=name, filterPattern=pattern, metricTransformations=[metric]
        )
