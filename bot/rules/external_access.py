"""Whom a resource policy lets in that is no friend: another account, everybody, a provider without a filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_ACCOUNT: Final = re.compile(r"(?:arn:aws[a-z-]*:(?:iam|sts)::)?(?P<account>[0-9]{12})(?::.*)?")
_GONE: Final = re.compile(r"A(?:IDA|ROA|NPA|GPA)[A-Z0-9]+")
"""IAM shows a principal that was deleted by its unique id: it lets nobody in."""

_CLOUDFRONT: Final = re.compile(r"arn:aws[a-z-]*:iam::cloudfront:user/.+")
_LIMITING: Final = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase")
_OF_ACCOUNTS: Final = (
    *("aws:principalaccount", "aws:sourceaccount", "aws:principalarn", "aws:sourcearn", "aws:sourceowner"),
    *("s3:dataaccesspointaccount", "kms:calleraccount"),
)
_OF_ORGANISATIONS: Final = ("aws:principalorgid", "aws:sourceorgid")
_OF_PATHS: Final = ("aws:principalorgpaths", "aws:sourceorgpaths")
_OF_NETWORKS: Final = ("aws:sourcevpc", "aws:sourcevpce")
_OF_TOKENS: Final = (":sub", ":aud", ":amr")


@dataclass(frozen=True)
class Friends:
    """Whose identities are welcome: these accounts, and those of the organisation (empty: none)."""

    accounts: frozenset[str]
    organization: str = ""


def strangers(document: Mapping[str, Any], friends: Friends) -> list[str]:
    """Whom the policy lets in beyond the friends, in words, without doubles."""
    found = (who for statement in _allowing(document) for who in _strangers(statement, friends))
    return list(dict.fromkeys(found))


def _allowing(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    several = document.get("Statement", [])
    for statement in [several] if isinstance(several, Mapping) else several:
        if statement.get("Effect") == "Allow":
            yield statement


def _strangers(statement: Mapping[str, Any], friends: Friends) -> Iterator[str]:
    if _limited(statement.get("Condition", {}), friends):
        return
    if "NotPrincipal" in statement:
        yield "everybody but a few (NotPrincipal)"
    principal = statement.get("Principal", {})
    named = {"AWS": principal} if isinstance(principal, str) else principal
    for kind, who in named.items():
        for one in _members(who):
            stranger = _stranger(kind, one, statement, friends)
            if stranger:
                yield stranger


def _stranger(kind: str, who: str, statement: Mapping[str, Any], friends: Friends) -> str:
    if who == "*":
        return "everybody"
    if kind == "Federated":
        return _federated(who, statement, friends)
    if kind == "CanonicalUser":
        return "a canonical user, whose account cannot be told"
    if kind != "AWS" or _is_of_no_account(who):
        return ""
    account = _account_of(who)
    return "" if account in friends.accounts else f"account {account or who}"


def _is_of_no_account(who: str) -> bool:
    return bool(_GONE.fullmatch(who) or _CLOUDFRONT.fullmatch(who))


def _federated(who: str, statement: Mapping[str, Any], friends: Friends) -> str:
    """A provider of ours, and for web identities also a filter: else every user of GitHub, Google … is let in."""
    if who.startswith("arn:") and _account_of(who) not in friends.accounts:
        return f"the identity provider of account {_account_of(who) or who}"
    if ":saml-provider/" in who or _filters_tokens(statement.get("Condition", {})):
        return ""
    return f"everybody with a token of {who.rsplit('oidc-provider/', 1)[-1]}"


def _filters_tokens(condition: Mapping[str, Any]) -> bool:
    keys = [(key.lower(), _members(values)) for _, key, values in _tests(condition)]
    return any(key.endswith(_OF_TOKENS) and all(value != "*" for value in values) for key, values in keys)


def _limited(condition: Mapping[str, Any], friends: Friends) -> bool:
    """Whether one of the tests (all of them must hold) admits friends only."""
    return any(_admits_friends_only(key.lower(), _members(values), friends) for _, key, values in _tests(condition))


def _tests(condition: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The tests that must hold; `…IfExists` and `ForAllValues` also hold where the key is absent."""
    for operator, keys in condition.items():
        plain = operator.lower().removeprefix("foranyvalue:")
        if plain in _LIMITING:
            yield from ((plain, key, values) for key, values in keys.items())


def _admits_friends_only(key: str, values: Iterable[str], friends: Friends) -> bool:
    listed = list(values)
    if not listed:
        return False
    if key in _OF_ACCOUNTS:
        return all(_account_in(value) in friends.accounts for value in listed)
    if key in _OF_ORGANISATIONS:
        return bool(friends.organization) and set(listed) == {friends.organization}
    if key in _OF_PATHS:
        return bool(friends.organization) and all(one.startswith(f"{friends.organization}/") for one in listed)
    return key in _OF_NETWORKS and not any(set("*?") & set(one) for one in listed)


def _account_of(who: str) -> str:
    match = _ACCOUNT.fullmatch(who)
    return match["account"] if match else ""


def _account_in(value: str) -> str:
    """The account of a number or of an ARN of any service."""
    parts = value.split(":")
    return parts[4] if len(parts) > 5 else value  # noqa: PLR2004 - arn:partition:service:region:account:…


def _members(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]
