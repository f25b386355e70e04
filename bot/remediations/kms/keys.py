"""Descriptions of KMS keys."""

from __future__ import annotations

from typing import Any, Final

from bot.domain.errors import ResourceGone
from bot.domain.plan import CALLED, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if

_BEING_DELETED: Final = ("PendingDeletion", "PendingReplicaDeletion")


def describe_key(aws: Account, target: Target) -> dict[str, Any]:
    """Return the key's metadata. Raises ResourceGone."""
    with gone_if("NotFoundException"):
        metadata: dict[str, Any] = aws.client("kms").describe_key(KeyId=target.resource.name)["KeyMetadata"]
    return metadata


def describe_key_to_keep(aws: Account, target: Target) -> dict[str, Any]:
    """Return the key's metadata. Raises ResourceGone, also for a key that is scheduled for deletion."""
    metadata = describe_key(aws, target)
    if metadata["KeyState"] in _BEING_DELETED:
        raise ResourceGone(metadata["KeyState"])
    return metadata


def alias_evidence(target: Target, aws: Account) -> Evidence:
    """Return the key's aliases, since its ARN has only an id. Needs kms:ListAliases."""
    return evidence_of(CALLED, lambda: _aliases(target, aws) or "it has no alias")


def _aliases(target: Target, aws: Account) -> str:
    pages = aws.client("kms").get_paginator("list_aliases").paginate(KeyId=target.resource.name)
    return ", ".join(sorted(alias["AliasName"] for page in pages for alias in page["Aliases"]))
