"""Cases of `bot.remediations.s3.cross_account`."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.s3.cross_account import RestrictOtherAccounts
from tests.aws import plain_client
from tests.remediations.cases.s3.buckets import make_bucket
from tests.remediations.contract import PLANTED, Case, targeted

_BUCKET = "acme-shared"


_PARTNER = "arn:aws:iam::444455556666:root"


_READS = {
    "Sid": PLANTED,
    "Effect": "Allow",
    "Principal": {"AWS": _PARTNER},
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{_BUCKET}/*",
}


_BOTH = [f"arn:aws:s3:::{_BUCKET}", f"arn:aws:s3:::{_BUCKET}/*"]


class ABucketWhosePartnerMaySetAcls(Case):
    """Forbidden actions in a statement with a Sid and in one without."""

    remediation: ClassVar[type[Remediation]] = RestrictOtherAccounts
    wrong: ClassVar[tuple[dict[str, Any], ...]] = (
        {**_READS, "Sid": "Upload", "Action": ["s3:PutObject", "s3:PutObjectAcl"]},
        {key: value for key, value in {**_READS, "Action": ["s3:PutObjectAcl"]}.items() if key != "Sid"},
    )

    def make(self) -> Target:
        make_bucket(_BUCKET)
        self.put(_READS, *self.wrong)
        return targeted(RestrictOtherAccounts, _BUCKET)

    def put(self, *statements: dict[str, Any]) -> None:
        document = {"Version": "2012-10-17", "Statement": statements}
        plain_client("s3").put_bucket_policy(Bucket=_BUCKET, Policy=json.dumps(document))

    def statements(self) -> list[dict[str, Any]]:
        text = plain_client("s3").get_bucket_policy(Bucket=_BUCKET)["Policy"]
        found: list[dict[str, Any]] = json.loads(text)["Statement"]
        return found

    def edit_beside(self, target: Target) -> None:
        self.put({**_READS, "Sid": "Theirs", "Action": ["s3:ListBucket"], "Resource": _BOTH[0]}, *self.statements())

    def beside(self, target: Target) -> Any:
        return [one for one in self.statements() if one.get("Sid") in {"Theirs", PLANTED}]

    def edit_same(self, target: Target) -> None:
        self.put(
            *[{**one, "Action": "s3:DeleteObject"} if one.get("Sid") == "Upload" else one for one in self.statements()]
        )

    def destroy(self, target: Target) -> None:
        plain_client("s3").delete_bucket(Bucket=_BUCKET)


class ABucketWhosePartnerMayDoEverything(ABucketWhosePartnerMaySetAcls):
    """A statement with a wildcard in its actions."""

    wrong = ({**_READS, "Sid": "Everything", "Action": "s3:*", "Resource": _BOTH},)

    def edit_same(self, target: Target) -> None:
        self.put(
            *[
                {**one, "Resource": _BOTH[0]} if one.get("Sid", "").startswith("Cspm") else one
                for one in self.statements()
            ]
        )


class ABucketThatEverybodyMayChange(ABucketWhosePartnerMayDoEverything):
    """A statement for everyone with a wildcard in its actions."""

    wrong = (
        {**_READS, "Sid": "Everything", "Action": ["s3:PutBucket*", "s3:Get*"], "Principal": "*", "Resource": _BOTH},
    )


class ABucketWithOneStatementTooMany(ABucketWhosePartnerMaySetAcls):
    """A policy of which no statement remains."""

    def make(self) -> Target:
        super().make()
        self.put({**_READS, "Sid": "Acls", "Action": "s3:PutObjectAcl"})
        return targeted(RestrictOtherAccounts, _BUCKET)

    def statements(self) -> list[dict[str, Any]]:
        try:
            return super().statements()
        except plain_client("s3").exceptions.from_code("NoSuchBucketPolicy"):
            return []

    def edit_same(self, target: Target) -> None:
        self.put({**_READS, "Sid": "Acls"})
