"""Cases of `bot.remediations.s3.require_tls`."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from bot.remediations.s3.require_tls import RequireTls
from tests.aws import plain_client
from tests.remediations.cases.s3.buckets import EXPORTS_BUCKET, INVENTORY, make_exports_bucket, put_policy
from tests.remediations.contract import Case, targeted


class ABucketWhosePolicyOthersNeed(Case):
    """A bucket whose policy has a statement of others, but none about TLS."""

    remediation = RequireTls

    def make(self) -> Target:
        make_exports_bucket()
        put_policy(INVENTORY)
        return targeted(RequireTls, EXPORTS_BUCKET)

    def edit_beside(self, target: Target) -> None:
        put_policy(*_statements(), {**INVENTORY, "Sid": "Partner", "Action": ["s3:PutObject", "s3:GetObject"]})

    def beside(self, target: Target) -> Any:
        return [one for one in _statements() if "Tls" not in one["Sid"]]

    def edit_same(self, target: Target) -> None:
        weaker = {"Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalTag/x": "y"}}}
        put_policy(*[{**one, **weaker} if "Tls" in one["Sid"] else one for one in _statements()])

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket=EXPORTS_BUCKET)


class ABucketWithAPublicStatement(ABucketWhosePolicyOthersNeed):
    """A bucket that everyone may read; no public access block refuses a new policy."""

    def make(self) -> Target:
        make_exports_bucket()
        put_policy({**INVENTORY, "Principal": "*"})
        return targeted(RequireTls, EXPORTS_BUCKET)


class ABucketWithoutAPolicy(ABucketWhosePolicyOthersNeed):
    """The fix creates the policy, the undo deletes it."""

    def make(self) -> Target:
        make_exports_bucket()
        return targeted(RequireTls, EXPORTS_BUCKET)


class ABucketWhoseTlsStatementWasWeakened(ABucketWhosePolicyOthersNeed):
    """A statement with the bot's Sid, but only for some objects."""

    def make(self) -> Target:
        target = super().make()
        partial = {
            **INVENTORY,
            "Sid": "CspmDenyRequestsWithoutTls",
            "Effect": "Deny",
            "Action": ["s3:Put*", "s3:Get*"],
        }
        put_policy(INVENTORY, partial)
        return target


def _statements() -> list[dict[str, Any]]:
    s3 = plain_client("s3")
    try:
        statements: list[dict[str, Any]] = json.loads(s3.get_bucket_policy(Bucket=EXPORTS_BUCKET)["Policy"])[
            "Statement"
        ]
    except s3.exceptions.from_code("NoSuchBucketPolicy"):
        return []
    return statements
