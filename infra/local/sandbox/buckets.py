"""Buckets: public, partly protected, shared with other teams, and compliant ones."""

from __future__ import annotations

import json
from typing import Any

from infra.local.sandbox.accounts import AccountRegion, tags

ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_PARTNER = "arn:aws:iam::777788889999:role/partner-ingest"


def tls_only(bucket: str) -> dict[str, Any]:
    """Return the statement that denies everything without TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def allow(sid: str, bucket: str, principal: Any, *actions: str) -> dict[str, Any]:
    """Return a statement that allows a principal these actions on the bucket's objects."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": list(actions),
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }


def bucket(
    place: AccountRegion, name: str, *statements: dict[str, Any], block: dict[str, bool] | None = None, **tagged: str
) -> None:
    """Create a bucket with a policy, a public access block and tags. The block is last: it refuses public policies."""
    s3 = place.client("s3")
    where = {} if place.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    s3.create_bucket(Bucket=name, ObjectOwnership="BucketOwnerPreferred", **where)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(**tagged)})
    if statements:
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    if block:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)


def seed_prod(place: AccountRegion) -> None:
    s3 = place.client("s3")
    bucket(place, "acme-payroll-exports", owner="payments", env="prod")
    s3.put_bucket_acl(Bucket="acme-payroll-exports", ACL="public-read-write")
    _website(place, "acme-website-assets")
    half = {**ALL_BLOCKED, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    bucket(place, "acme-analytics-raw", tls_only("acme-analytics-raw"), block=half, owner="analytics", env="prod")
    _shared_with_teams(place, "acme-partner-dropbox")
    _trail_bucket(place, "acme-cloudtrail-logs")
    healthy = "acme-data-lake-curated"
    bucket(place, healthy, tls_only(healthy), block=ALL_BLOCKED, owner="analytics", env="prod")
    bucket(place, "acme-backups", tls_only("acme-backups"), block=ALL_BLOCKED, owner="platform", env="prod")


def _website(place: AccountRegion, name: str) -> None:
    everybody = allow("PublicReadForWebsite", name, "*", "s3:GetObject")
    bucket(place, name, everybody, tls_only(name), owner="web", env="prod", website="www.acme.example")
    index = {"IndexDocument": {"Suffix": "index.html"}}
    place.client("s3").put_bucket_website(Bucket=name, WebsiteConfiguration=index)


def _shared_with_teams(place: AccountRegion, name: str) -> None:
    partner = allow("PartnerMayUpload", name, {"AWS": _PARTNER}, "s3:PutObject", "s3:AbortMultipartUpload")
    unencrypted = {
        **allow("DenyUnencryptedUploads", name, "*", "s3:PutObject"),
        "Effect": "Deny",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
    }
    bucket(place, name, partner, unencrypted, block=ALL_BLOCKED, owner="partners", env="prod")


def _trail_bucket(place: AccountRegion, name: str) -> None:
    service = {"Service": "cloudtrail.amazonaws.com"}
    check = {**allow("CloudTrailAclCheck", name, service, "s3:GetBucketAcl"), "Resource": f"arn:aws:s3:::{name}"}
    write = allow("CloudTrailWrite", name, service, "s3:PutObject")
    audit = allow("AuditorsRead", name, {"AWS": "*"}, "s3:GetObject", "s3:ListBucket")
    bucket(place, name, check, write, audit, owner="security", env="prod")


def seed_prod_us(place: AccountRegion) -> None:
    bucket(place, "acme-ml-training-us", owner="data-science", env="prod")


def seed_dev(place: AccountRegion) -> None:
    fixtures, artifacts = "payments-dev-test-fixtures", "payments-dev-artifacts"
    anyone = allow("AnyoneMayReadAndWrite", fixtures, {"AWS": "*"}, "s3:GetObject", "s3:PutObject")
    bucket(place, fixtures, anyone, owner="payments", env="dev")
    bucket(place, artifacts, tls_only(artifacts), block=ALL_BLOCKED, owner="payments", env="dev")
    bucket(place, "payments-dev-scratch", tls_only("payments-dev-scratch"), env="dev")
