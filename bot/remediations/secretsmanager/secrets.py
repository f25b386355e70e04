"""Descriptions of secrets. The bot never reads a secret's value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if


def describe_secret(aws: Account, target: Target) -> dict[str, Any]:
    """Return the secret's metadata. Raises ResourceGone."""
    with gone_if("ResourceNotFoundException"):
        answer: dict[str, Any] = aws.client("secretsmanager").describe_secret(SecretId=target.resource.id)
    return {name: value for name, value in answer.items() if value is not None}


def last_read(secret: Mapping[str, Any]) -> str:
    """Return the day of the last read, as evidence."""
    return f"on {secret['LastAccessedDate']:%Y-%m-%d}" if "LastAccessedDate" in secret else "never"
