"""Compliance tests of buckets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from infra.local.detector.context import EvaluationContext, Verdict
from infra.local.inventory import Resource
from infra.local.moto_extensions.s3 import statement_is_public

_READS = ("s3:GetObject", "s3:ListBucket")
_WRITES = ("s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy", "s3:PutBucketAcl")
_READ_GRANTS = ("READ", "FULL_CONTROL")
_WRITE_GRANTS = ("WRITE", "WRITE_ACP", "FULL_CONTROL")


def public_read(bucket: Resource, scene: EvaluationContext) -> Verdict:
    """S3.2: no public read access by policy or ACL, or the public access block prevents it."""
    return not _is_open(bucket, scene, _READS, _READ_GRANTS)


def public_write(bucket: Resource, scene: EvaluationContext) -> Verdict:
    """S3.3: the same for writing."""
    return not _is_open(bucket, scene, _WRITES, _WRITE_GRANTS)


def _is_open(bucket: Resource, scene: EvaluationContext, actions: tuple[str, ...], grants: tuple[str, ...]) -> bool:
    by_policy = any(statement_is_public(statement) and _covers(statement, actions) for statement in _statements(bucket))
    by_acl = any(grant.split(":")[1] in grants for grant in bucket.settings["PublicGrants"])
    return (by_policy and not scene.blocks(bucket, "RestrictPublicBuckets")) or (
        by_acl and not scene.blocks(bucket, "IgnorePublicAcls")
    )


def _statements(bucket: Resource) -> Iterator[Mapping[str, Any]]:
    statements = (bucket.settings["Policy"] or {}).get("Statement", [])
    yield from [statements] if isinstance(statements, dict) else statements


def _covers(statement: Mapping[str, Any], actions: tuple[str, ...]) -> bool:
    return any(
        fnmatchcase(action.lower(), pattern.lower()) for pattern in _listed(statement, "Action") for action in actions
    )


def _listed(statement: Mapping[str, Any], name: str) -> list[str]:
    value = statement.get(name, [])
    return [value] if isinstance(value, str) else list(value)


def tls_only(bucket: Resource, _: EvaluationContext) -> Verdict:
    """S3.5: a statement denies all requests without TLS, for the bucket and for its objects."""
    return any(_denies_plain_http(statement, bucket.arn) for statement in _statements(bucket))


def _denies_plain_http(statement: Mapping[str, Any], arn: str) -> bool:
    condition = (statement.get("Condition") or {}).get("Bool", {})
    everybody = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    everything = bool({"*", "s3:*"} & set(_listed(statement, "Action")))
    resources = set(_listed(statement, "Resource"))
    everywhere = "*" in resources or {arn, f"{arn}/*"} <= resources
    plain = str(condition.get("aws:SecureTransport", "")).lower() == "false"
    return statement.get("Effect") == "Deny" and everybody and everything and everywhere and plain


def all_blocked(bucket: Resource, _: EvaluationContext) -> Verdict:
    """S3.8: all four settings of the bucket's public access block are on."""
    block: Mapping[str, bool] = bucket.settings["PublicAccessBlock"] or {}
    return bool(block) and all(block.values())


def trail_bucket(bucket: Resource, scene: EvaluationContext) -> Verdict:
    """CloudTrail.6: a bucket that a trail of its account logs to is not public in any way."""
    if bucket.id not in scene.trail_buckets.get(bucket.account, frozenset()):
        return None
    return bool(public_read(bucket, scene) and public_write(bucket, scene))
