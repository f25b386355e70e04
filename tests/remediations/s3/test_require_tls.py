"""TLS for buckets: what the contract does not say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.domain.plan import Compliant
from bot.domain.remediation import plan
from bot.remediations.s3.require_tls import RequireTls
from bot.remediations.toolkit.statements import denies_without_tls, normalized
from tests.aws import MotoAccount, plain_client
from tests.remediations.cases.s3.require_tls import ABucketWithoutAPolicy
from tests.remediations.contract import apply, planned, undone

ARN = "arn:aws:s3:::acme-payroll-exports"
DENY: dict[str, Any] = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def policy_of(bucket: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plain_client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    return found


def put(*statements: dict[str, Any]) -> None:
    document = json.dumps({"Version": "2012-10-17", "Id": "acme", "Statement": statements})
    plain_client("s3").put_bucket_policy(Bucket="acme-payroll-exports", Policy=document)


def test_a_statement_of_somebody_else_that_does_the_same_is_enough(aws: MotoAccount) -> None:
    target = ABucketWithoutAPolicy().make()
    put(DENY)
    assert isinstance(plan(RequireTls(), target, aws), Compliant)


def test_undo_deletes_a_policy_that_only_the_fix_has_made(aws: MotoAccount) -> None:
    target = ABucketWithoutAPolicy().make()
    done = planned(RequireTls(), target, aws)
    apply(RequireTls(), target, done, aws)
    apply(RequireTls(), target, undone(RequireTls(), target, done, aws), aws)
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        policy_of(target.resource.name)


def test_the_rest_of_the_document_stays_as_it_was(aws: MotoAccount) -> None:
    target = ABucketWithoutAPolicy().make()
    audit = {**DENY, "Sid": "Audit", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
    put(audit)
    apply(RequireTls(), target, planned(RequireTls(), target, aws), aws, times=2)
    policy = policy_of(target.resource.name)
    assert (policy["Id"], [one["Sid"] for one in policy["Statement"]]) == (
        "acme",
        ["Audit", "CspmDenyRequestsWithoutTls"],
    )
    assert policy["Statement"][0] == audit


@pytest.mark.parametrize(
    "as_good",
    [
        {},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ["*"]}, "Action": ["s3:*"]},
        {"Resource": [f"{ARN}/*", ARN], "Condition": {"Bool": {"aws:SecureTransport": [False]}}},
        {"Resource": f"{ARN}*", "Condition": {"Bool": {"AWS:securetransport": "false"}}},
    ],
)
def test_spellings_that_mean_the_same(as_good: dict[str, Any]) -> None:
    assert denies_without_tls({**DENY, **as_good}, ARN)


@pytest.mark.parametrize(
    "weaker",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
        {"Action": "s3:GetObject"},
        {"Resource": f"{ARN}/*"},
        {"Resource": [f"{ARN}-other", f"{ARN}-other/*"]},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}},
        {"Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}},
        {"Condition": {}},
    ],
)
def test_statements_that_leave_a_hole(weaker: dict[str, Any]) -> None:
    assert not denies_without_tls({**DENY, **weaker}, ARN)


def test_one_or_many_and_their_order_make_no_other_statement() -> None:
    one = {**DENY, "Action": ["s3:Put*", "s3:Get*"], "Principal": {"AWS": "*"}}
    other = {**DENY, "Action": ["s3:Get*", "s3:Put*"], "Resource": [f"{ARN}/*", ARN]}
    assert normalized(one) == normalized(other)
