"""Cases of `bot.remediations.cloudtrail.cloudwatch_logs`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.cloudtrail.cloudwatch_logs import SendTrailToCloudWatch
from tests.remediations.cases.cloudtrail.trails import TrailCase


class ATrailThatCloudWatchDoesNotSee(TrailCase):
    remediation = SendTrailToCloudWatch
    later: ClassVar = {"CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:theirs:*"}
    params: ClassVar = {
        "logGroup": "arn:aws:logs:eu-west-1:123456789012:log-group:trails:*",
        "role": "arn:aws:iam::123456789012:role/trails",
    }
