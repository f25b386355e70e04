"""What a test may look at besides the resource itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.inventory import Resource

Verdict = bool | None
"""True passes, False fails, None: the control is not about this resource."""


@dataclass(frozen=True)
class Scene:
    """The time, the accounts' own public access blocks, and the buckets that trails log into, by account."""

    now: datetime
    account_blocks: Mapping[str, Mapping[str, bool]]
    trail_buckets: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, resources: Iterable[Resource], now: datetime) -> Scene:
        """Take from all resources what tests of single ones need."""
        blocks: dict[str, dict[str, bool]] = {}
        trails: dict[str, set[str]] = {}
        for resource in resources:
            if resource.settings.get("PublicAccessBlock") and resource.type == "AWS::::Account":
                blocks[resource.account] = resource.settings["PublicAccessBlock"]
            if resource.type == "AWS::CloudTrail::Trail":
                trails.setdefault(resource.account, set()).add(resource.settings["S3BucketName"])
        return cls(now, blocks, {account: frozenset(names) for account, names in trails.items()})

    def blocks(self, bucket: Resource, setting: str) -> bool:
        """Whether one of the four settings is on, for the bucket or for its account."""
        own: Mapping[str, Any] = bucket.settings["PublicAccessBlock"] or {}
        return bool(own.get(setting) or self.account_blocks.get(bucket.account, {}).get(setting))
