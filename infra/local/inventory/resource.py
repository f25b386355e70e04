"""A resource of the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from infra.local.sandbox.accounts import AccountRegion

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """`type` and `id` are AWS Config's; `settings` are JSON values under AWS's names."""

    account: str
    region: str
    type: str
    id: str
    arn: str
    name: str
    settings: Settings
    tags: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[AccountRegion], Iterable[Resource]]


def tag_map(items: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return tags as a mapping, from either of the services' spellings."""
    return {item.get("Key") or item["TagKey"]: item.get("Value", item.get("TagValue", "")) for item in items}


def absent_when(code: str, read: Callable[[], Any]) -> Any:
    """Return the response of a call, or None if it fails with the error code for a missing setting."""
    try:
        return read()
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
        return None
