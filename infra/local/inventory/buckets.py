"""S3 buckets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from infra.local.inventory.resource import Resource, absent_when, tag_map
from infra.local.sandbox.accounts import AccountRegion

_GROUPS = "http://acs.amazonaws.com/groups/global/"


def read(place: AccountRegion) -> Iterator[Resource]:
    """The account's buckets, in all Regions."""
    s3 = place.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        tags = absent_when("NoSuchTagSet", lambda: s3.get_bucket_tagging(Bucket=name)["TagSet"])  # noqa: B023 - used at once
        yield Resource(
            account=place.account,
            region=s3.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1",
            type="AWS::S3::Bucket",
            id=name,
            arn=f"arn:aws:s3:::{name}",
            name=name,
            settings={"CreationDate": bucket["CreationDate"].strftime("%Y-%m-%dT%H:%M:%S.000Z"), **_settings(s3, name)},
            tags=tag_map(tags or []),
        )


def _settings(s3: Any, name: str) -> dict[str, Any]:
    block = absent_when("NoSuchPublicAccessBlockConfiguration", lambda: s3.get_public_access_block(Bucket=name))
    policy = absent_when("NoSuchBucketPolicy", lambda: s3.get_bucket_policy(Bucket=name))
    website = absent_when("NoSuchWebsiteConfiguration", lambda: s3.get_bucket_website(Bucket=name))
    status = s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"] if policy else False
    return {
        "PublicAccessBlock": block and block["PublicAccessBlockConfiguration"],
        "Policy": policy and json.loads(policy["Policy"]),
        "PolicyIsPublic": status,
        "PublicGrants": _public_grants(s3.get_bucket_acl(Bucket=name)["Grants"]),
        "Website": website is not None,
    }


def _public_grants(grants: list[dict[str, Any]]) -> list[str]:
    """Return public grants as `AllUsers:READ`."""
    uris = [(grant["Grantee"].get("URI", ""), grant["Permission"]) for grant in grants]
    return sorted(f"{uri.removeprefix(_GROUPS)}:{permission}" for uri, permission in uris if uri.startswith(_GROUPS))
