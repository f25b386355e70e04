"""Account-level settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.local.inventory.resource import Resource, absent_when
from infra.local.sandbox.accounts import ACCOUNTS, AccountRegion

TYPE = "AWS::::Account"


def read_block(place: AccountRegion) -> Iterator[Resource]:
    """The account's public access block."""
    client = place.client("s3control")
    block = absent_when(
        "NoSuchPublicAccessBlockConfiguration",
        lambda: client.get_public_access_block(AccountId=place.account)["PublicAccessBlockConfiguration"],
    )
    yield _account(place, {"PublicAccessBlock": block})


def read_encryption(place: AccountRegion) -> Iterator[Resource]:
    """Default EBS encryption of a Region."""
    enabled = place.client("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"]
    yield _account(place, {"EbsEncryptionByDefault": enabled})


def _account(place: AccountRegion, settings: dict[str, Any]) -> Resource:
    name = ACCOUNTS.get(place.account, place.account)
    return Resource(place.account, place.region, TYPE, place.account, f"{TYPE}:{place.account}", name, settings)
