"""Context of a compliance test besides the resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.inventory import Resource

Verdict = bool | None
"""True passes, False fails, None: the control does not apply to this resource."""


@dataclass(frozen=True)
class EvaluationContext:
    """The time, the accounts' public access blocks, and the buckets that trails log to, by account."""

    now: datetime
    account_blocks: Mapping[str, Mapping[str, bool]]
    trail_buckets: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, resources: Iterable[Resource], now: datetime) -> EvaluationContext:
        """Collect the context from all resources."""
        blocks: dict[str, dict[str, bool]] = {}
        trails: dict[str, set[str]] = {}
        for resource in resources:
            if resource.settings.get("PublicAccessBlock") and resource.type == "AWS::::Account":
                blocks[resource.account] = resource.settings["PublicAccessBlock"]
            if resource.type == "AWS::CloudTrail::Trail":
                trails.setdefault(resource.account, set()).add(resource.settings["S3BucketName"])
        return cls(now, blocks, {account: frozenset(names) for account, names in trails.items()})

    def blocks(self, bucket: Resource, setting: str) -> bool:
        """Return whether a public access block setting is on, for the bucket or its account."""
        own: Mapping[str, Any] = bucket.settings["PublicAccessBlock"] or {}
        return bool(own.get(setting) or self.account_blocks.get(bucket.account, {}).get(setting))
