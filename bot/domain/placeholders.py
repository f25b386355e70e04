"""Names in the policy that differ by account and Region: `access-logs-{account}-{region}`."""

from __future__ import annotations

import re
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.resource import Resource

PLACEHOLDERS: Final = ("account", "region", "partition", "name")
"""Placeholders that a parameter's text may contain. The name is the one people use: a load balancer's, not its id."""
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}|[{}]")


def unknown_placeholder(text: str) -> str:
    """Return a sentence on what is wrong with the placeholders of a parameter, or ''."""
    wrong = any(found[1] not in PLACEHOLDERS for found in _IN_BRACES.finditer(text))
    named = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return f"the policy names {text!r}; the placeholders are {named}" if wrong else ""


def filled(value: Any, where: Resource) -> Any:
    """A parameter with the resource's own values in its text. Raises Refusal for a placeholder that there is not."""
    if not isinstance(value, str):
        return value
    if problem := unknown_placeholder(value):
        raise Refusal(problem)
    own = (where.account, where.region, where.partition, where.label)
    return value.format_map(dict(zip(PLACEHOLDERS, own, strict=True)))
