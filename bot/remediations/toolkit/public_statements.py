"""When a statement of a resource policy lets everybody in, and the same statement without everybody."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from bot.remediations.toolkit.statements import Statement, sorted_strings, normalized

EVERYBODY: Final = "*"
_WIDEST: Final = {4: 8, 6: 32}
"""Address ranges wider than these count as everybody (Amazon S3 User Guide, "The meaning of public")."""

_FIXING: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpcsourceip",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "sns:endpoint",
    }
)
"""Condition keys that name who, or whence, when their values are fixed."""


def is_public(statement: Mapping[str, Any]) -> bool:
    """Whether it allows something to everybody, and no condition with fixed values says whom.

    AWS Config's rules SNS_TOPIC_NO_PUBLIC_ACCESS, SQS_QUEUE_NO_PUBLIC_ACCESS and KMS_KEY_POLICY_NO_PUBLIC_ACCESS take
    a value as fixed when it holds neither a wildcard nor a policy variable. A condition such as aws:SecureTransport
    fixes nobody.
    """
    same = normalized(statement)
    if same.get("Effect") != "Allow" or any(_fixes(*one) for one in _conditions(same)):
        return False
    return "NotPrincipal" in same or EVERYBODY in same.get("Principal", {}).get("AWS", [])


def narrowed_to_account(statement: Statement, account: str) -> Statement:
    """The same statement for `account` in place of everybody; others that it names stay in it."""
    same = {key: value for key, value in normalized(statement).items() if key != "NotPrincipal"}
    named = same.get("Principal", {})
    others = [one for one in named.get("AWS", []) if one != EVERYBODY]
    return {**same, "Principal": {**named, "AWS": sorted({*others, account})}}


def _conditions(statement: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    found = statement.get("Condition", {})
    return [(operator, key, sorted_strings(value)) for operator, keys in found.items() for key, value in keys.items()]


def _fixes(operator: str, key: str, values: list[str]) -> bool:
    if "Not" in operator or operator.endswith("IfExists") or operator.startswith(("Null", "ForAllValues")):
        return False
    if key.lower() in {"aws:sourceip", "aws:vpcsourceip"}:
        return operator.startswith("IpAddress") and all(_is_narrow(value) for value in values)
    return key.lower() in _FIXING and not any(set("*?") & set(value) or "${" in value for value in values)


def _is_narrow(address: str) -> bool:
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]
