"""Cases of `bot.remediations.elb.access_logs`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.elb.access_logs import LogAccess, LogClassicAccess
from tests.remediations.cases.elb.load_balancers import BalancerCase, ClassicCase


class ABalancerWithoutAccessLogs(BalancerCase):
    remediation = LogAccess
    two_valued = False
    wrong: ClassVar = {"access_logs.s3.enabled": "false"}
    later: ClassVar = {"access_logs.s3.bucket": "another-bucket"}
    params: ClassVar = {"logBucket": "access-logs", "logPrefix": "shop"}


class AClassicBalancerWithoutAccessLogs(ClassicCase):
    remediation = LogClassicAccess
    wrong: ClassVar = {"AccessLog": {"Enabled": False}}
    later: ClassVar = {"AccessLog": {"Enabled": True, "S3BucketName": "another-bucket"}}
    params: ClassVar = {"logBucket": "access-logs"}
