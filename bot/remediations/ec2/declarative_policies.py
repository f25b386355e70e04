"""Declarative policies of AWS Organizations, which override the account's settings of EC2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Refusal


def refuse_declarative_policy(response: Mapping[str, Any]) -> None:
    """Raise Refusal if a declarative policy manages the setting."""
    if response.get("ManagedBy") == "declarative-policy":
        raise Refusal("a declarative policy of the organisation decides it: change it there")
