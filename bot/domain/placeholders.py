"""Placeholders in the policy for values that differ by resource: `access-logs-{account}-{region}`."""

from __future__ import annotations

import re
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.resource import Resource

PLACEHOLDERS: Final = ("account", "region", "partition", "name")
"""Allowed placeholders. `name` is the name that people know: a load balancer's name, not its id."""
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}|[{}]")


def unknown_placeholder(text: str) -> str:
    """Return what is wrong with the braces in a parameter, in a sentence, or ''."""
    wrong = any(found[1] not in PLACEHOLDERS for found in _IN_BRACES.finditer(text))
    named = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return f"the policy names {text!r}; the placeholders are {named}" if wrong else ""


def filled(value: Any, where: Resource) -> Any:
    """Return a parameter with its placeholders replaced by the resource's values. Raises Refusal for an unknown one."""
    if not isinstance(value, str):
        return value
    if problem := unknown_placeholder(value):
        raise Refusal(problem)
    own = (where.account, where.region, where.partition, where.label)
    return value.format_map(dict(zip(PLACEHOLDERS, own, strict=True)))
