"""Cases of `bot.remediations.s3.access_logging`."""

from __future__ import annotations

import json

from bot.domain.plan import Target
from bot.remediations.s3.access_logging import LogBucketAccess
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.s3.buckets import INVOICES_BUCKET, BucketCase, make_bucket
from tests.remediations.contract import targeted

_LOGS = f"access-logs-{ACCOUNT}-{REGION}"


class ABucketWithoutAccessLogs(BucketCase):
    remediation = LogBucketAccess

    def make(self) -> Target:
        super().make()
        make_bucket(_LOGS)
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{_LOGS}/*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        plain_client("s3").put_bucket_policy(Bucket=_LOGS, Policy=policy)
        return targeted(LogBucketAccess, INVOICES_BUCKET, params={"log_bucket": "access-logs-{account}-{region}"})

    def edit_same(self, target: Target) -> None:
        elsewhere = {"LoggingEnabled": {"TargetBucket": _LOGS, "TargetPrefix": "elsewhere/"}}
        plain_client("s3").put_bucket_logging(Bucket=INVOICES_BUCKET, BucketLoggingStatus=elsewhere)
