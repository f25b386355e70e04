"""Statements of resource policies in a normal form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Statement = dict[str, Any]
_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def statements_of(document: Mapping[str, Any]) -> list[Statement]:
    """Return the statements of a policy; IAM accepts a single one without a list."""
    statements = document.get("Statement", [])
    return [statements] if isinstance(statements, dict) else list(statements)


def normalized(statement: Mapping[str, Any]) -> Statement:
    """Return the statement with all elements as sorted lists, also where IAM accepts a single value."""
    normal = dict(statement)
    for key in _LISTS:
        if key in normal:
            normal[key] = sorted_strings(normal[key])
    for key in ("Principal", "NotPrincipal"):
        if key in normal:
            normal[key] = _principal(normal[key])
    if "Condition" in normal:
        normal["Condition"] = {operator: _condition(keys) for operator, keys in normal["Condition"].items()}
    return normal


def sorted_strings(value: Any) -> list[str]:
    """Return one value or a list of values as a sorted list of strings; JSON's true and false become IAM's."""
    values = value if isinstance(value, list) else [value]
    return sorted(json.dumps(one) if isinstance(one, bool) else str(one) for one in values)


def _principal(value: Any) -> dict[str, list[str]]:
    by_type = {"AWS": value} if isinstance(value, str) else value
    return {kind: sorted_strings(principals) for kind, principals in by_type.items()}


def _condition(keys: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: sorted_strings(value) for key, value in keys.items()}


def denies_without_tls(statement: Mapping[str, Any], bucket_arn: str) -> bool:
    """Return whether this statement alone denies all actions on the bucket and its objects to everyone without TLS."""
    normal = normalized(statement)
    return (
        normal.get("Effect") == "Deny"
        and "*" in normal.get("Principal", {}).get("AWS", [])
        and bool({"s3:*", "*"} & set(normal.get("Action", [])))
        and _covers(set(normal.get("Resource", [])), bucket_arn)
        and _only_without_tls(normal.get("Condition", {}))
    )


def _covers(resources: set[str], bucket_arn: str) -> bool:
    return bool({"*", f"{bucket_arn}*"} & resources) or {bucket_arn, f"{bucket_arn}/*"} <= resources


def _only_without_tls(condition: Mapping[str, Mapping[str, list[str]]]) -> bool:
    if set(condition) != {"Bool"}:
        return False
    keys = {key.lower(): value for key, value in condition["Bool"].items()}
    return keys == {"aws:securetransport": ["false"]}
