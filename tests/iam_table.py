"""AWS's own table of IAM actions, as the Service Authorization Reference has it (policy_sentry)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from policy_sentry.querying.actions import get_action_data

_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "apigateway": ("arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/stages/${StageName}",),
    "elasticloadbalancing": (
        "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:loadbalancer/${LoadBalancerName}",
    ),
}
"""Two services behind one prefix each (REST and HTTP APIs, classic and newer balancers): the table has the newer."""


@cache
def exists(action: str) -> bool:
    """Whether IAM knows this action."""
    service, _, name = action.partition(":")
    return bool(get_action_data(service, name))


@cache
def resources_of(action: str) -> tuple[str, ...]:
    """The ARN formats of the resources that the action can be limited to; none: it takes `*` only."""
    service, _, name = action.partition(":")
    found = get_action_data(service, name)
    assert found, f"IAM knows no action {action}"
    rows = next(iter(found.values()))
    formats = [row["resource_arn_format"] for row in rows if row["resource_arn_format"] != "*"]
    return tuple(dict.fromkeys([*formats, *(_ALSO.get(service, ()) if formats else ())]))


def concerns(action: str, resource: str) -> bool:
    """Whether a statement about this resource (it may end in `*`) can allow the action."""
    if resource == "*":
        return True
    sample = resource.replace("*", "any")
    return any(re.fullmatch(_pattern(one), sample) for one in resources_of(action))


def _pattern(arn_format: str) -> str:
    parts = re.split(r"(\$\{\w+\})", arn_format.replace("*", "${Any}"))
    return "".join(".+" if part.startswith("${") else re.escape(part) for part in parts)
