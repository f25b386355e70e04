"""Rules about bucket policies and role trust policies that allow external principals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from bot.domain.remediation import Param
from bot.rules.external_access import TrustedPrincipals, external_principals
from bot.rules.rule import Item, Params, Rule, Verdict, compliant, non_compliant_if, not_applicable

_TRUST_PARAMS: Final[Mapping[str, Param]] = {
    "organizationId": Param("", "the trusted organisation, for policies with a condition on it"),
    "trustedAccounts": Param("", "trusted accounts, comma-separated"),
}


def bucket_policy(item: Item, params: Params) -> Verdict:
    """Require a bucket policy without grants to external principals, or no policy."""
    policy = item.supplementary.get("BucketPolicy")
    text = policy.get("policyText") if isinstance(policy, Mapping) else None
    if not text:
        return compliant("it has no policy")
    return _verdict("its policy lets in", _document(text), item, params)


def role_trust(item: Item, params: Params) -> Verdict:
    """Require a trust policy without external principals. Service-linked and IAM Identity Center roles are AWS's."""
    if str(item.configuration.get("path", "")).startswith(("/aws-service-role/", "/aws-reserved/")):
        return not_applicable("AWS makes and trusts this role itself")
    text = item.configuration.get("assumeRolePolicyDocument")
    if not text:
        return not_applicable("Config has not recorded whom the role trusts")
    return _verdict("it can be assumed by", _document(unquote(text) if isinstance(text, str) else text), item, params)


def _verdict(access: str, document: Mapping[str, Any] | None, item: Item, params: Params) -> Verdict:
    if document is None:
        return non_compliant_if([f"its policy is not JSON, so nobody knows whom it lets in ({item.name})"])
    trusted = TrustedPrincipals(
        frozenset({item.account, *params.texts("trustedAccounts")}), params.text("organizationId")
    )
    found = external_principals(document, trusted)
    return non_compliant_if([f"{access} {', '.join(found)}"] if found else [])


def _document(text: Any) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None


RULES: Final = (
    Rule(
        name="s3-policy-outside-organization",
        about="No bucket policy grants anything outside the organisation",
        evaluate=bucket_policy,
        resource_types=("AWS::S3::Bucket",),
        params=_TRUST_PARAMS,
    ),
    Rule(
        name="iam-role-trusts-unknown-account",
        about="Roles trust this account, the organisation and listed accounts only",
        evaluate=role_trust,
        resource_types=("AWS::IAM::Role",),
        params=_TRUST_PARAMS,
    ),
)
