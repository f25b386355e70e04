"""Cases of `bot.remediations.s3.lifecycle`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.s3.lifecycle import AbortIncompleteUploads
from tests.aws import plain_client
from tests.remediations.cases.s3.buckets import INVOICES_BUCKET, BucketCase
from tests.remediations.contract import PLANTED


class ABucketWithoutLifecycleRules(BucketCase):
    remediation: ClassVar[type[Remediation]] = AbortIncompleteUploads

    def edit_same(self, target: Target) -> None:
        ours = {"ID": "CspmAbortIncompleteUploads", "Status": "Disabled", "Filter": {"Prefix": "tmp/"}}
        self._put([{**ours, "Expiration": {"Date": "2030-01-01T00:00:00+00:00"}}])

    def _put(self, rules: list[dict[str, Any]]) -> None:
        plain_client("s3").put_bucket_lifecycle_configuration(
            Bucket=INVOICES_BUCKET, LifecycleConfiguration={"Rules": rules}
        )


class ABucketWhoseLifecycleRulesSleep(ABucketWithoutLifecycleRules):
    """A bucket with disabled rules, which stay."""

    _THEIRS: ClassVar[dict[str, Any]] = {
        "ID": PLANTED,
        "Status": "Disabled",
        "Filter": {"Prefix": "old/"},
        "Expiration": {"Days": 400},
    }

    def make(self) -> Target:
        target = super().make()
        self._put([self._THEIRS])
        plain_client("s3").create_multipart_upload(Bucket=INVOICES_BUCKET, Key="big")
        return target

    def edit_beside(self, target: Target) -> None:
        self._put([*self._rules(), {**self._THEIRS, "ID": "theirs"}])

    def beside(self, target: Target) -> Any:
        return [one for one in self._rules() if not one["ID"].startswith("Cspm")]

    def _rules(self) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = plain_client("s3").get_bucket_lifecycle_configuration(Bucket=INVOICES_BUCKET)[
            "Rules"
        ]
        return rules
