"""Resource policies, statement by statement: one meaning, one spelling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Statement = dict[str, Any]
_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def statements_of(document: Mapping[str, Any]) -> list[Statement]:
    """The statements; IAM lets a single one stand without a list."""
    found = document.get("Statement", [])
    return [found] if isinstance(found, dict) else list(found)


def normalized(statement: Mapping[str, Any]) -> Statement:
    """The same statement in one spelling: lists sorted, also where IAM lets a single member stand alone."""
    same = dict(statement)
    for key in _LISTS:
        if key in same:
            same[key] = sorted_strings(same[key])
    for key in ("Principal", "NotPrincipal"):
        if key in same:
            same[key] = _principal(same[key])
    if "Condition" in same:
        same["Condition"] = {operator: _condition(keys) for operator, keys in same["Condition"].items()}
    return same


def sorted_strings(value: Any) -> list[str]:
    """One or many, as a sorted list of text; JSON's true and false become IAM's."""
    several = value if isinstance(value, list) else [value]
    return sorted(json.dumps(one) if isinstance(one, bool) else str(one) for one in several)


def _principal(value: Any) -> dict[str, list[str]]:
    named = {"AWS": value} if isinstance(value, str) else value
    return {kind: sorted_strings(who) for kind, who in named.items()}


def _condition(keys: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: sorted_strings(value) for key, value in keys.items()}


def denies_without_tls(statement: Mapping[str, Any], bucket_arn: str) -> bool:
    """Whether this statement alone denies everybody everything on the bucket and its objects without TLS."""
    same = normalized(statement)
    return (
        same.get("Effect") == "Deny"
        and "*" in same.get("Principal", {}).get("AWS", [])
        and bool({"s3:*", "*"} & set(same.get("Action", [])))
        and _covers(set(same.get("Resource", [])), bucket_arn)
        and _only_without_tls(same.get("Condition", {}))
    )


def _covers(resources: set[str], bucket_arn: str) -> bool:
    return bool({"*", f"{bucket_arn}*"} & resources) or {bucket_arn, f"{bucket_arn}/*"} <= resources


def _only_without_tls(condition: Mapping[str, Mapping[str, list[str]]]) -> bool:
    if set(condition) != {"Bool"}:
        return False
    keys = {key.lower(): value for key, value in condition["Bool"].items()}
    return keys == {"aws:securetransport": ["false"]}
