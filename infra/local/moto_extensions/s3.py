"""S3: expected bucket owner, public policies, and the refusals of Block Public Access."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import NoSuchBucketPolicy, S3AccessDeniedError
from moto.s3.models import S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.s3control.models import s3control_backends

from infra.local.moto_extensions.patching import replace

_bucket_response = S3Response._bucket_response  # noqa: SLF001 - moto's own dispatch
_key_response = S3Response._key_response  # noqa: SLF001 - moto's own dispatch
_acl_to_dict = S3Response._acl_to_dict  # noqa: SLF001 - moto's own form
_put_bucket_policy = S3Backend.put_bucket_policy
_put_bucket_acl = S3Backend.put_bucket_acl
_OWNER_HEADER = "x-amz-expected-bucket-owner"
_ALL_USERS = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
_FIXING_KEYS = frozenset(
    {
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:userid",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
_WIDEST_V4 = 8


def bucket_response(self: S3Response, request: Any, full_url: str) -> Any:
    """Refuse a bucket request whose expected owner is another account.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html: "the request fails with the HTTP
    status code 403 Forbidden (access denied)".
    """
    _check_owner(self)
    return _bucket_response(self, request, full_url)


def key_response(self: S3Response, request: Any, full_url: str) -> Any:
    """The same for a request about an object."""
    _check_owner(self)
    return _key_response(self, request, full_url)


def _check_owner(response: S3Response) -> None:
    expected = response.headers.get(_OWNER_HEADER)
    owner = s3_backends.bucket_accounts.get(response.bucket_name)
    if expected and owner and owner[1] != expected:
        raise S3AccessDeniedError


def policy_is_public(policy: bytes | str) -> bool:
    """Return whether S3 considers a bucket policy public.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (the meaning of
    "public"): an allow for everybody is not public if a condition fixes one of the named keys, without wildcards, or
    limits aws:SourceIp to CIDRs that are not very wide. Another condition, such as aws:SecureTransport, does not help.
    """
    return any(statement_is_public(statement) for statement in statements_of(policy))


def statement_is_public(statement: Mapping[str, Any]) -> bool:
    """Return whether this statement makes its policy public (same page)."""
    return _allows_everybody(statement) and not _is_fixed(statement)


def statements_of(policy: bytes | str) -> Iterator[Mapping[str, Any]]:
    """Return the statements of a policy document, which may be a list or a single one."""
    statements = json.loads(policy).get("Statement", [])
    yield from [statements] if isinstance(statements, dict) else statements


def _allows_everybody(statement: Mapping[str, Any]) -> bool:
    if statement.get("Effect") != "Allow":
        return False
    principal = statement.get("Principal")
    named = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return "*" in ([named] if isinstance(named, str) else named or [])


def _is_fixed(statement: Mapping[str, Any]) -> bool:
    conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition") or {}
    return any(_fixes(operator, key, value) for operator, keys in conditions.items() for key, value in keys.items())


def _fixes(operator: str, key: str, value: Any) -> bool:
    values = [str(item) for item in (value if isinstance(value, list) else [value])]
    if "Not" in operator or operator.endswith("IfExists"):
        return False
    if key.lower() == "aws:sourceip":
        return all(_is_narrow(cidr) for cidr in values)
    return key.lower() in _FIXING_KEYS and not any("*" in item or "${" in item for item in values)


def _is_narrow(cidr: str) -> bool:
    network = ipaddress.ip_network(cidr, strict=False)
    return network.prefixlen >= (_WIDEST_V4 if network.version == 4 else 32)  # noqa: PLR2004 - IP versions


def put_bucket_policy(self: S3Backend, bucket_name: str, policy: bytes) -> None:
    """Refuse a public policy where BlockPublicPolicy is on, for the bucket or for the account.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html: S3 rejects "calls to PUT
    Bucket policy if the specified bucket policy allows public access".
    """
    if _blocks(self, bucket_name, "block_public_policy") and policy_is_public(policy):
        raise S3AccessDeniedError
    _put_bucket_policy(self, bucket_name, policy)


def put_bucket_acl(self: S3Backend, bucket_name: str, acl: Any) -> None:
    """Refuse a public ACL where BlockPublicAcls is on (same page)."""
    if acl is not None and _blocks(self, bucket_name, "block_public_acls") and _acl_is_public(acl):
        raise S3AccessDeniedError
    _put_bucket_acl(self, bucket_name, acl)


def _acl_is_public(acl: Any) -> bool:
    return any(grantee.uri in _ALL_USERS for grant in acl.grants for grantee in grant.grantees)


def _blocks(backend: S3Backend, bucket_name: str, setting: str) -> bool:
    bucket = backend.get_bucket(bucket_name)
    account = s3control_backends[bucket.account_id][backend.partition].public_access_block
    return any(
        str(getattr(block, setting)).lower() == "true" for block in (bucket.public_access_block, account) if block
    )


def get_bucket_policy_status(self: S3Response) -> Any:
    """Return the status by S3's meaning of public.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html; moto accepts any condition.
    """
    policy = self.backend.get_bucket_policy(self.bucket_name)
    if not policy:
        raise NoSuchBucketPolicy(bucket_name=self.bucket_name)
    self.data["Action"] = "GetBucketPolicyStatus"
    return self.serialized(ActionResult({"PolicyStatus": {"IsPublic": policy_is_public(policy)}}))


def acl_to_dict(acl: Any) -> dict[str, Any]:
    """Return every grant of an ACL, one per grantee and permission.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html; moto returns only the first permission, so
    that public-read-write looks like public-read.
    """
    answer = _acl_to_dict(acl)
    answer["Grants"] = [
        {
            "Grantee": {
                "Type": grantee.type,
                "URI": grantee.uri or None,
                "ID": grantee.id or None,
                "DisplayName": grantee.display_name or None,
            },
            "Permission": permission,
        }
        for grant in acl.grants
        for grantee in grant.grantees
        for permission in grant.permissions
    ]
    return answer


def install() -> None:
    replace(
        S3Response,
        _bucket_response=bucket_response,
        _key_response=key_response,
        _acl_to_dict=staticmethod(acl_to_dict),
        get_bucket_policy_status=get_bucket_policy_status,
    )
    replace(S3Backend, put_bucket_policy=put_bucket_policy, put_bucket_acl=put_bucket_acl)
