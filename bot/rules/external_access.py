"""Whom a resource policy lets in that is no friend: another account, everybody, a provider without a filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_ACCOUNT: Final = re.compile(r"(?:arn:aws[a-z-]*:(?:iam|sts)::)?(?P<account>[0-9]{12})(?::.*)?")
_DELETED: Final = re.compile(r"A(?:IDA|ROA|NPA|GPA)[A-Z0-9]+")
"""IAM shows a principal that was deleted by its unique id: it lets nobody in."""

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
    """Whose identities are welcome: these accounts, and those of the organisation (empty: none)."""

    accounts: frozenset[str]
    organization: str = ""


def external_principals(document: Mapping[str, Any], friends: TrustedPrincipals) -> list[str]:
    """Whom the policy lets in beyond the friends, in words, without doubles."""
    found = (who for statement in _allow_statements(document) for who in _statement_principals(statement, friends))
    return list(dict.fromkeys(found))


def _allow_statements(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    several = document.get("Statement", [])
    for statement in [several] if isinstance(several, Mapping) else several:
        if statement.get("Effect") == "Allow":
            yield statement


def _statement_principals(statement: Mapping[str, Any], friends: TrustedPrincipals) -> Iterator[str]:
    if _is_restricted(statement.get("Condition", {}), friends):
        return
    if "NotPrincipal" in statement:
        yield "everybody but a few (NotPrincipal)"
    principal = statement.get("Principal", {})
    named = {"AWS": principal} if isinstance(principal, str) else principal
    for kind, who in named.items():
        for one in _as_list(who):
            stranger = _external_name(kind, one, statement, friends)
            if stranger:
                yield stranger


def _external_name(kind: str, who: str, statement: Mapping[str, Any], friends: TrustedPrincipals) -> str:
    if who == "*":
        return "everybody"
    if kind == "Federated":
        return _external_provider(who, statement, friends)
    if kind == "CanonicalUser":
        return "a canonical user, whose account cannot be told"
    if kind != "AWS" or _belongs_to_no_account(who):
        return ""
    account = _account_of(who)
    return "" if account in friends.accounts else f"account {account or who}"


def _belongs_to_no_account(who: str) -> bool:
    return bool(_DELETED.fullmatch(who) or _CLOUDFRONT.fullmatch(who))


def _external_provider(who: str, statement: Mapping[str, Any], friends: TrustedPrincipals) -> str:
    """A provider of ours, and for web identities also a filter: else every user of GitHub, Google … is let in."""
    if who.startswith("arn:") and _account_of(who) not in friends.accounts:
        return f"the identity provider of account {_account_of(who) or who}"
    if ":saml-provider/" in who or _filters_tokens(statement.get("Condition", {})):
        return ""
    return f"everybody with a token of {who.rsplit('oidc-provider/', 1)[-1]}"


def _filters_tokens(condition: Mapping[str, Any]) -> bool:
    keys = [(key.lower(), _as_list(values)) for _, key, values in _restricting_conditions(condition)]
    return any(key.endswith(_TOKEN_CLAIMS) and all(value != "*" for value in values) for key, values in keys)


def _is_restricted(condition: Mapping[str, Any], friends: TrustedPrincipals) -> bool:
    """Whether one of the tests (all of them must hold) admits friends only."""
    return any(
        _allows_trusted_only(key.lower(), _as_list(values), friends)
        for _, key, values in _restricting_conditions(condition)
    )


def _restricting_conditions(condition: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The tests that must hold; `…IfExists` and `ForAllValues` also hold where the key is absent."""
    for operator, keys in condition.items():
        plain = operator.lower().removeprefix("foranyvalue:")
        if plain in _RESTRICTING_OPERATORS:
            yield from ((plain, key, values) for key, values in keys.items())


def _allows_trusted_only(key: str, values: Iterable[str], friends: TrustedPrincipals) -> bool:
    listed = list(values)
    if not listed:
        return False
    if key in _ACCOUNT_KEYS:
        return all(_account_in(value) in friends.accounts for value in listed)
    if key in _ORGANIZATION_KEYS:
        return bool(friends.organization) and set(listed) == {friends.organization}
    if key in _ORGANIZATION_PATH_KEYS:
        return bool(friends.organization) and all(one.startswith(f"{friends.organization}/") for one in listed)
    return key in _NETWORK_KEYS and not any(set("*?") & set(one) for one in listed)


def _account_of(who: str) -> str:
    match = _ACCOUNT.fullmatch(who)
    return match["account"] if match else ""


def _account_in(value: str) -> str:
    """The account of a number or of an ARN of any service."""
    parts = value.split(":")
    return parts[4] if len(parts) > 5 else value  # noqa: PLR2004 - arn:partition:service:region:account:…


def _as_list(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]
