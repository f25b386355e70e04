"""Detection and narrowing of public statements in resource policies."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from bot.remediations.toolkit.statements import Statement, normalized, sorted_strings

EVERYBODY: Final = "*"
_WIDEST: Final = {4: 8, 6: 32}
"""Address ranges wider than these count as everybody (Amazon S3 User Guide, "The meaning of public")."""

_RESTRICTING_KEYS: Final = frozenset(
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
"""Condition keys that restrict the principal or the source if their values are fixed."""


def is_public(statement: Mapping[str, Any]) -> bool:
    """Return whether the statement allows everyone something, without a condition that restricts them by fixed values.

    AWS Config's rules SNS_TOPIC_NO_PUBLIC_ACCESS, SQS_QUEUE_NO_PUBLIC_ACCESS and KMS_KEY_POLICY_NO_PUBLIC_ACCESS take
    a value as fixed when it holds neither a wildcard nor a policy variable. A condition such as aws:SecureTransport
    restricts nobody.
    """
    normal = normalized(statement)
    if normal.get("Effect") != "Allow" or any(_restricts(*condition) for condition in _conditions(normal)):
        return False
    return "NotPrincipal" in normal or EVERYBODY in normal.get("Principal", {}).get("AWS", [])


def narrowed_to_account(statement: Statement, account: str) -> Statement:
    """Return the statement for `account` in place of everyone; other principals in it stay."""
    normal = {key: value for key, value in normalized(statement).items() if key != "NotPrincipal"}
    principal = normal.get("Principal", {})
    others = [one for one in principal.get("AWS", []) if one != EVERYBODY]
    return {**normal, "Principal": {**principal, "AWS": sorted({*others, account})}}


def _conditions(statement: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    conditions = statement.get("Condition", {})
    return [
        (operator, key, sorted_strings(value)) for operator, keys in conditions.items() for key, value in keys.items()
    ]


def _restricts(operator: str, key: str, values: list[str]) -> bool:
    if "Not" in operator or operator.endswith("IfExists") or operator.startswith(("Null", "ForAllValues")):
        return False
    if key.lower() in {"aws:sourceip", "aws:vpcsourceip"}:
        return operator.startswith("IpAddress") and all(_is_narrow(value) for value in values)
    return key.lower() in _RESTRICTING_KEYS and not any(set("*?") & set(value) or "${" in value for value in values)


def _is_narrow(address: str) -> bool:
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]
