# ruff: noqa: ARG002 - a case knows its bucket without the target
"""Buckets that lack a configuration which others share."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.s3.access_logging import LogBucketAccess
from bot.remediations.s3.events import NotifyOfChanges
from bot.remediations.s3.lifecycle import AbortIncompleteUploads
from bot.remediations.s3.ownership import DisableAcls
from bot.remediations.s3.versioning import KeepVersions
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted

_BUCKET = "acme-invoices"
_LOGS = f"access-logs-{ACCOUNT}-{REGION}"


def bucket(name: str) -> None:
    s3 = plain_client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "password", "Value": PLANTED}]})


class _ABucket(Case):
    """Its tags are somebody else's."""

    def make(self) -> Target:
        bucket(_BUCKET)
        return targeted(self.remediation, _BUCKET)

    def edit_beside(self, target: Target) -> None:
        plain_client("s3").put_bucket_tagging(Bucket=_BUCKET, Tagging={"TagSet": [{"Key": "owner", "Value": "web"}]})

    def beside(self, target: Target) -> Any:
        return plain_client("s3").get_bucket_tagging(Bucket=_BUCKET)["TagSet"]

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket=_BUCKET)


class ABucketWithoutLifecycleRules(_ABucket):
    remediation: ClassVar[type[Remediation]] = AbortIncompleteUploads

    def edit_same(self, target: Target) -> None:
        ours = {"ID": "CspmAbortIncompleteUploads", "Status": "Disabled", "Filter": {"Prefix": "tmp/"}}
        self._put([{**ours, "Expiration": {"Date": "2030-01-01T00:00:00+00:00"}}])

    def _put(self, rules: list[dict[str, Any]]) -> None:
        plain_client("s3").put_bucket_lifecycle_configuration(Bucket=_BUCKET, LifecycleConfiguration={"Rules": rules})


class ABucketWhoseLifecycleRulesSleep(ABucketWithoutLifecycleRules):
    """Disabled rules are somebody's work all the same."""

    _THEIRS: ClassVar[dict[str, Any]] = {
        "ID": PLANTED,
        "Status": "Disabled",
        "Filter": {"Prefix": "old/"},
        "Expiration": {"Days": 400},
    }

    def make(self) -> Target:
        target = super().make()
        self._put([self._THEIRS])
        plain_client("s3").create_multipart_upload(Bucket=_BUCKET, Key="big")
        return target

    def edit_beside(self, target: Target) -> None:
        self._put([*self._rules(), {**self._THEIRS, "ID": "theirs"}])

    def beside(self, target: Target) -> Any:
        return [one for one in self._rules() if not one["ID"].startswith("Cspm")]

    def _rules(self) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = plain_client("s3").get_bucket_lifecycle_configuration(Bucket=_BUCKET)["Rules"]
        return rules


class ABucketWithoutAccessLogs(_ABucket):
    remediation = LogBucketAccess

    def make(self) -> Target:
        super().make()
        bucket(_LOGS)
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{_LOGS}/*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        plain_client("s3").put_bucket_policy(Bucket=_LOGS, Policy=policy)
        return targeted(LogBucketAccess, _BUCKET, params={"log_bucket": "access-logs-{account}-{region}"})

    def edit_same(self, target: Target) -> None:
        elsewhere = {"LoggingEnabled": {"TargetBucket": _LOGS, "TargetPrefix": "elsewhere/"}}
        plain_client("s3").put_bucket_logging(Bucket=_BUCKET, BucketLoggingStatus=elsewhere)


class ABucketWithoutEvents(_ABucket):
    remediation = NotifyOfChanges
    two_valued = True

    def make(self) -> Target:
        super().make()
        return targeted(NotifyOfChanges, _BUCKET, params={"destination": "EventBridge"})

    def edit_same(self, target: Target) -> None:
        plain_client("s3").put_bucket_notification_configuration(Bucket=_BUCKET, NotificationConfiguration={})


class ABucketWhoseEventsGoToATopic(ABucketWithoutEvents):
    two_valued = False

    def make(self) -> Target:
        super().make()
        for name in ("object-events", "others"):
            plain_client("sns").create_topic(Name=name)
        return targeted(
            NotifyOfChanges, _BUCKET, params={"destination": "arn:aws:sns:{region}:{account}:object-events"}
        )

    def edit_same(self, target: Target) -> None:
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:others"
        theirs = {"Id": "CspmEvents", "TopicArn": topic, "Events": ["s3:ObjectTagging:*"]}
        plain_client("s3").put_bucket_notification_configuration(
            Bucket=_BUCKET, NotificationConfiguration={"TopicConfigurations": [theirs]}
        )


class ABucketWithAcls(_ABucket):
    """As it was before April 2023: nobody has said who owns its objects."""

    remediation = DisableAcls

    def make(self) -> Target:
        target = super().make()
        plain_client("s3").delete_bucket_ownership_controls(Bucket=_BUCKET)
        return target

    def edit_same(self, target: Target) -> None:
        self.own("BucketOwnerPreferred")

    def own(self, how: str) -> None:
        plain_client("s3").put_bucket_ownership_controls(
            Bucket=_BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": how}]}
        )


class ABucketWhoseWritersOwn(ABucketWithAcls):
    def make(self) -> Target:
        target = super().make()
        self.own("ObjectWriter")
        return target


class ABucketWithoutVersions(_ABucket):
    remediation = KeepVersions
    two_valued = True

    def edit_same(self, target: Target) -> None:
        suspended = {"Status": "Suspended"}
        plain_client("s3").put_bucket_versioning(Bucket=_BUCKET, VersioningConfiguration=suspended)
