from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud

ACCOUNT, OTHER, NAME = "111122223333", "444455556666", "acme-papers"
ALL_ON = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


@pytest.fixture
def bucket(s3: Any) -> str:
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return NAME


def allow(principal: Any = "*", **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call: Callable[[], Any]) -> tuple[str, int]:
    with pytest.raises(ClientError) as raised:
        call()
    response = raised.value.response
    return str(response["Error"]["Code"]), int(response["ResponseMetadata"]["HTTPStatusCode"])


OWNED_CALLS: list[tuple[str, dict[str, Any]]] = [
    ("get_public_access_block", {}),
    ("put_public_access_block", {"PublicAccessBlockConfiguration": ALL_ON}),
    ("delete_public_access_block", {}),
    ("get_bucket_policy", {}),
    ("put_bucket_policy", {"Policy": allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})}),
    ("delete_bucket_policy", {}),
    ("get_bucket_policy_status", {}),
    ("get_bucket_website", {}),
    ("get_bucket_acl", {}),
    ("get_bucket_tagging", {}),
    ("get_bucket_location", {}),
    ("get_bucket_ownership_controls", {}),
    ("get_bucket_logging", {}),
    ("get_bucket_versioning", {}),
    ("get_bucket_encryption", {}),
    ("list_objects_v2", {}),
    ("head_bucket", {}),
    ("get_object", {"Key": "a"}),
]


@pytest.mark.parametrize(("operation", "params"), OWNED_CALLS, ids=[name for name, _ in OWNED_CALLS])
def test_a_bucket_that_belongs_to_another_than_the_expected_owner_is_refused(
    s3: Any, bucket: str, operation: str, params: dict[str, Any]
) -> None:
    call = getattr(s3, operation)
    code, status = refusal(lambda: call(Bucket=bucket, ExpectedBucketOwner=OTHER, **params))
    assert (code, status) in {("AccessDenied", 403), ("403", 403)}


def test_the_expected_owner_who_owns_the_bucket_is_let_in(s3: Any, bucket: str) -> None:
    owned = {"Bucket": bucket, "ExpectedBucketOwner": ACCOUNT}
    s3.put_public_access_block(PublicAccessBlockConfiguration=ALL_ON, **owned)
    assert s3.get_public_access_block(**owned)["PublicAccessBlockConfiguration"] == ALL_ON


def test_a_public_access_block_that_was_deleted_is_absent(s3: Any, bucket: str) -> None:
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=ALL_ON)
    s3.delete_public_access_block(Bucket=bucket)
    assert refusal(lambda: s3.get_public_access_block(Bucket=bucket)) == ("NoSuchPublicAccessBlockConfiguration", 404)


def test_a_public_access_block_is_replaced_as_a_whole(s3: Any, bucket: str) -> None:
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=ALL_ON)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert block == {**dict.fromkeys(ALL_ON, False), "BlockPublicAcls": True}


@pytest.mark.parametrize(
    ("policy", "public"),
    [
        (allow(), True),
        (allow({"AWS": "*"}), True),
        (allow({"AWS": ["*", f"arn:aws:iam::{OTHER}:root"]}), True),
        (allow({"AWS": f"arn:aws:iam::{OTHER}:root"}), False),
        (allow({"Service": "cloudtrail.amazonaws.com"}), False),
        (allow(Effect="Deny"), False),
        (allow(Condition={"Bool": {"aws:SecureTransport": "true"}}), True),
        (allow(Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}), False),
        (allow(Condition={"StringLike": {"aws:SourceVpce": "vpce-*"}}), True),
        (allow(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}), False),
        (allow(Condition={"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}), True),
        (allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), False),
        (allow(Condition={"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}}), True),
        (allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}), False),
    ],
)
def test_a_policy_is_public_by_its_principal_and_its_fixed_conditions(
    s3: Any, bucket: str, policy: str, *, public: bool
) -> None:
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is public


def test_a_bucket_without_a_policy_has_no_policy_status(s3: Any, bucket: str) -> None:
    assert refusal(lambda: s3.get_bucket_policy_status(Bucket=bucket)) == ("NoSuchBucketPolicy", 404)


def test_a_public_policy_is_refused_where_public_policies_are_blocked(s3: Any, bucket: str) -> None:
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
    assert refusal(lambda: s3.put_bucket_policy(Bucket=bucket, Policy=allow())) == ("AccessDenied", 403)
    s3.put_bucket_policy(Bucket=bucket, Policy=allow({"AWS": f"arn:aws:iam::{OTHER}:root"}))


def test_the_accounts_own_block_refuses_a_public_policy_too(cloud: CustomerCloud, s3: Any, bucket: str) -> None:
    control = cloud.client("s3control", ACCOUNT)
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=ALL_ON)
    assert refusal(lambda: s3.put_bucket_policy(Bucket=bucket, Policy=allow())) == ("AccessDenied", 403)


def test_a_public_acl_is_refused_where_public_acls_are_blocked(s3: Any, bucket: str) -> None:
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert refusal(lambda: s3.put_bucket_acl(Bucket=bucket, ACL="public-read")) == ("AccessDenied", 403)
    s3.put_bucket_acl(Bucket=bucket, ACL="private")


def test_an_acl_shows_every_permission_of_everybody(s3: Any, bucket: str) -> None:
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    grants = s3.get_bucket_acl(Bucket=bucket)["Grants"]
    assert sorted(grant["Permission"] for grant in grants if "URI" in grant["Grantee"]) == ["READ", "WRITE"]


def test_the_accounts_block_is_put_read_and_deleted(cloud: CustomerCloud) -> None:
    control = cloud.client("s3control", ACCOUNT)
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=ALL_ON)
    assert control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"] == ALL_ON
    control.delete_public_access_block(AccountId=ACCOUNT)
    code = refusal(lambda: control.get_public_access_block(AccountId=ACCOUNT))[0]
    assert code == "NoSuchPublicAccessBlockConfiguration"


def test_website_and_tags_are_absent_until_set(s3: Any, bucket: str) -> None:
    assert refusal(lambda: s3.get_bucket_website(Bucket=bucket))[0] == "NoSuchWebsiteConfiguration"
    assert refusal(lambda: s3.get_bucket_tagging(Bucket=bucket))[0] == "NoSuchTagSet"
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    assert s3.get_bucket_website(Bucket=bucket)["IndexDocument"]["Suffix"] == "index.html"
