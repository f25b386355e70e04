"""External principals of a resource policy: other accounts, everybody, identity providers without a condition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_ACCOUNT: Final = re.compile(r"(?:arn:aws[a-z-]*:(?:iam|sts)::)?(?P<account>[0-9]{12})(?::.*)?")
_DELETED: Final = re.compile(r"A(?:IDA|ROA|NPA|GPA)[A-Z0-9]+")
"""The unique id that IAM shows in place of a deleted principal: it grants nothing."""

_CLOUDFRONT: Final = re.compile(r"arn:aws[a-z-]*:iam::cloudfront:user/.+")
_RESTRICTING_OPERATORS: Final = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase")
_ACCOUNT_KEYS: Final = (
    *("aws:principalaccount", "aws:sourceaccount", "aws:principalarn", "aws:sourcearn", "aws:sourceowner"),
    *("s3:dataaccesspointaccount", "kms:calleraccount"),
)
_ORGANIZATION_KEYS: Final = ("aws:principalorgid", "aws:sourceorgid")
_ORGANIZATION_PATH_KEYS: Final = ("aws:principalorgpaths", "aws:sourceorgpaths")
_NETWORK_KEYS: Final = ("aws:sourcevpc", "aws:sourcevpce")
_TOKEN_CLAIMS: Final = (":sub", ":aud", ":amr")


@dataclass(frozen=True)
class TrustedPrincipals:
    """Trusted accounts, and the trusted organisation ('' for none)."""

    accounts: frozenset[str]
    organization: str = ""


def external_principals(document: Mapping[str, Any], trusted: TrustedPrincipals) -> list[str]:
    """Return a description of each principal that the policy allows and that is not trusted, without duplicates."""
    found = (one for statement in _allow_statements(document) for one in _statement_principals(statement, trusted))
    return list(dict.fromkeys(found))


def _allow_statements(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    several = document.get("Statement", [])
    for statement in [several] if isinstance(several, Mapping) else several:
        if statement.get("Effect") == "Allow":
            yield statement


def _statement_principals(statement: Mapping[str, Any], trusted: TrustedPrincipals) -> Iterator[str]:
    if _is_restricted(statement.get("Condition", {}), trusted):
        return
    if "NotPrincipal" in statement:
        yield "everybody but a few (NotPrincipal)"
    principal = statement.get("Principal", {})
    named = {"AWS": principal} if isinstance(principal, str) else principal
    for kind, principals in named.items():
        for one in _as_list(principals):
            external = _external_name(kind, one, statement, trusted)
            if external:
                yield external


def _external_name(kind: str, principal: str, statement: Mapping[str, Any], trusted: TrustedPrincipals) -> str:
    if principal == "*":
        return "everybody"
    if kind == "Federated":
        return _external_provider(principal, statement, trusted)
    if kind == "CanonicalUser":
        return "a canonical user, whose account cannot be told"
    if kind != "AWS" or _belongs_to_no_account(principal):
        return ""
    account = _account_of(principal)
    return "" if account in trusted.accounts else f"account {account or principal}"


def _belongs_to_no_account(principal: str) -> bool:
    return bool(_DELETED.fullmatch(principal) or _CLOUDFRONT.fullmatch(principal))


def _external_provider(provider: str, statement: Mapping[str, Any], trusted: TrustedPrincipals) -> str:
    """Return '' for a trusted account's provider; for web identities only with a condition on the token's claims.

    Without one, every user of GitHub, Google and so on could assume the role.
    """
    if provider.startswith("arn:") and _account_of(provider) not in trusted.accounts:
        return f"the identity provider of account {_account_of(provider) or provider}"
    if ":saml-provider/" in provider or _filters_tokens(statement.get("Condition", {})):
        return ""
    return f"everybody with a token of {provider.rsplit('oidc-provider/', 1)[-1]}"


def _filters_tokens(condition: Mapping[str, Any]) -> bool:
    keys = [(key.lower(), _as_list(values)) for _, key, values in _restricting_conditions(condition)]
    return any(key.endswith(_TOKEN_CLAIMS) and all(value != "*" for value in values) for key, values in keys)


def _is_restricted(condition: Mapping[str, Any], trusted: TrustedPrincipals) -> bool:
    """Return whether a condition (all must hold) allows trusted principals only."""
    return any(
        _allows_trusted_only(key.lower(), _as_list(values), trusted)
        for _, key, values in _restricting_conditions(condition)
    )


def _restricting_conditions(condition: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield (operator, key, values) of restricting conditions; `…IfExists` and `ForAllValues` hold without the key."""
    for operator, keys in condition.items():
        name = operator.lower().removeprefix("foranyvalue:")
        if name in _RESTRICTING_OPERATORS:
            yield from ((name, key, values) for key, values in keys.items())


def _allows_trusted_only(key: str, values: Iterable[str], trusted: TrustedPrincipals) -> bool:
    listed = list(values)
    if not listed:
        return False
    if key in _ACCOUNT_KEYS:
        return all(_account_in(value) in trusted.accounts for value in listed)
    if key in _ORGANIZATION_KEYS:
        return bool(trusted.organization) and set(listed) == {trusted.organization}
    if key in _ORGANIZATION_PATH_KEYS:
        return bool(trusted.organization) and all(one.startswith(f"{trusted.organization}/") for one in listed)
    return key in _NETWORK_KEYS and not any(set("*?") & set(one) for one in listed)


def _account_of(principal: str) -> str:
    match = _ACCOUNT.fullmatch(principal)
    return match["account"] if match else ""


def _account_in(value: str) -> str:
    """Return the account of an account id or of any service's ARN."""
    parts = value.split(":")
    return parts[4] if len(parts) > 5 else value  # noqa: PLR2004 - arn:partition:service:region:account:…


def _as_list(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]
