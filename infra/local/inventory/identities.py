"""IAM users with their access keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.local.inventory.resource import Resource, tag_map
from infra.local.sandbox.accounts import AccountRegion


def read(place: AccountRegion) -> Iterator[Resource]:
    """The account's users, in the home Region, where Security Hub reports global resources."""
    iam = place.client("iam")
    for user in iam.list_users()["Users"]:
        keys = iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
        yield Resource(
            account=place.account,
            region=place.region,
            type="AWS::IAM::User",
            id=user["UserId"],
            arn=user["Arn"],
            name=user["UserName"],
            settings={"UserName": user["UserName"], "AccessKeys": [_key(iam, key) for key in keys]},
            tags=tag_map(iam.list_user_tags(UserName=user["UserName"])["Tags"]),
        )


def _key(iam: Any, key: dict[str, Any]) -> dict[str, Any]:
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"].get("LastUsedDate")
    return {
        "AccessKeyId": key["AccessKeyId"],
        "Status": key["Status"],
        "CreateDate": key["CreateDate"].isoformat(),
        "LastUsedDate": used.isoformat() if hasattr(used, "isoformat") else None,
    }
