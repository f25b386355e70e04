"""Remove permissions with which other accounts could take over an S3 bucket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target, difference
from bot.domain.ports import Account
from bot.domain.remediation import Param, resolved_params
from bot.remediations.s3.buckets import bucket_args, bucket_policy, refuse_blocked_policy
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.public_statements import EVERYBODY
from bot.remediations.toolkit.resource_policy import Document, StatementRemediation, map_statements
from bot.remediations.toolkit.statements import Statement, normalized, sorted_strings, statements_of

_SID: Final = "CspmDenyToOtherAccounts"
_DENY_STATEMENT: Final = f"policy statement {_SID}"
_TAKEOVER: Final = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)
"""Actions that S3.6 denies to other accounts (Security Hub User Guide, S3.6)."""

_ARN: Final = re.compile(r"arn:[^:]+:(?:iam|sts)::(?P<account>\d{12}):.+")
_OWN_KEYS: Final = frozenset({"aws:principalaccount", "aws:sourceaccount"})


class RestrictOtherAccounts(StatementRemediation):
    """Remove the five actions with which other accounts could take over the bucket.

    An action that a statement names is removed from it. A wildcard that includes such an action cannot be narrowed
    without guessing what else it is for: a statement of the bot then denies the actions to the same principals.
    """

    title = "Take the rights over the bucket from other accounts"
    problem = "Other accounts may change the bucket's policy or ACLs"
    controls = ("S3.6",)
    config_rules = ("S3_BUCKET_BLACKLISTED_ACTIONS_PROHIBITED",)
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.CUTS_ACCESS,)
    reads = (
        "s3:GetAccountPublicAccessBlock",
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
    )
    writes = ("s3:DeleteBucketPolicy", "s3:PutBucketPolicy")
    params: ClassVar[Mapping[str, Param]] = {
        "blacklistedActionPatterns": Param(list(_TAKEOVER), "actions that other accounts may not have")
    }
    changed_elements = ("Action",)

    def document(self, target: Target, aws: Account) -> Document:
        return bucket_policy(aws, target)

    def put(self, target: Target, document: Document, aws: Account) -> None:
        aws.client("s3").put_bucket_policy(**bucket_args(target), Policy=json.dumps(document))

    def remove(self, target: Target, aws: Account) -> None:
        aws.client("s3").delete_bucket_policy(**bucket_args(target))

    def read(self, target: Target, aws: Account) -> Settings:
        """Read every statement. Raises Refusal where one has to change and S3 rejects new versions of the policy."""
        settings = super().read(target, aws)
        if difference(settings, self.comply(settings, target, resolved_params(self, target))):
            refuse_blocked_policy(target, aws)
        return settings

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Remove the named actions, or add the bot's Deny statement where a wildcard allows them."""
        forbidden = _parse_actions(params["blacklistedActionPatterns"])
        wrong = [one for one in _statements(settings) if _allows_forbidden(one, target, forbidden)]
        if not wrong or _is_denied(_statements(settings), wrong, target, forbidden):
            return dict(settings)
        if any(_uses_wildcard(one, forbidden) for one in wrong):
            return {**settings, _DENY_STATEMENT: _deny(wrong, target, forbidden)}
        return {
            name: map_statements(value, lambda one: _without_forbidden(one, target, forbidden))
            for name, value in settings.items()
        }

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """The accounts with access; S3 does not record which permissions they use."""
        yield evidence_of("Which accounts does its policy let in?", lambda: _let_in(self.document(target, aws), target))
        yield Evidence("Do they use these rights? CloudTrail knows, by account", "not known", known=False)


def _parse_actions(value: Any) -> list[str]:
    """Return the actions; a policy may also write them with commas, as the control's own parameter is written."""
    return sorted_strings([one.strip() for one in value.split(",")] if isinstance(value, str) else list(value))


def _statements(settings: Settings) -> list[Statement]:
    found = [value for value in settings.values() if value is not ABSENT]
    return [one for value in found for one in (value if isinstance(value, list) else [value])]


def _allows_forbidden(statement: Statement, target: Target, forbidden: Iterable[str]) -> bool:
    """Return whether the statement allows another account a forbidden action."""
    return (
        statement.get("Effect") == "Allow"
        and bool(_foreign_principals(statement, target))
        and bool(_forbidden_actions(statement, forbidden))
    )


def _foreign_principals(statement: Statement, target: Target) -> list[str]:
    """Return the principals of other accounts; everybody is one, unless a condition limits it to this account."""
    if "NotPrincipal" in statement:
        return [EVERYBODY]
    named = statement.get("Principal", {}).get("AWS", [])
    return [
        one
        for one in named
        if _is_foreign(one, target) and not (one == EVERYBODY and _is_limited_to_account(statement, target))
    ]


def _is_foreign(principal: str, target: Target) -> bool:
    arn = _ARN.fullmatch(principal)
    account = arn["account"] if arn else principal
    return principal == EVERYBODY or (account.isdigit() and account != target.resource.account)


def _is_limited_to_account(statement: Statement, target: Target) -> bool:
    keys = statement.get("Condition", {}).get("StringEquals", {})
    return any(key.lower() in _OWN_KEYS and value == [target.resource.account] for key, value in keys.items())


def _forbidden_actions(statement: Statement, forbidden: Iterable[str]) -> list[str]:
    if "NotAction" in statement:
        return [one for one in forbidden if not _matches(one, statement["NotAction"])]
    return [one for one in forbidden if _matches(one, statement.get("Action", []))]


def _matches(action: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def _uses_wildcard(statement: Statement, forbidden: Iterable[str]) -> bool:
    named = {one.lower() for one in statement.get("Action", [])}
    return any(one.lower() not in named for one in _forbidden_actions(statement, forbidden)) or any(
        "*" in one and _forbidden_actions({"Action": [one]}, forbidden) for one in named
    )


def _without_forbidden(statement: Statement, target: Target, forbidden: Iterable[str]) -> Value:
    if not _allows_forbidden(statement, target, forbidden):
        return statement
    out = {one.lower() for one in forbidden}
    left = [one for one in statement["Action"] if one.lower() not in out]
    return {**statement, "Action": left} if left else ABSENT


def _deny(wrong: Iterable[Statement], target: Target, forbidden: Iterable[str]) -> Statement:
    """Deny the actions to the same principals; if one is everybody, to other accounts but not to AWS services."""
    principals = sorted({one for statement in wrong for one in _foreign_principals(statement, target)})
    statement: Statement = {
        "Sid": _SID,
        "Effect": "Deny",
        "Principal": {"AWS": principals},
        "Action": sorted(forbidden),
        "Resource": [target.resource.id, f"{target.resource.id}/*"],
    }
    if EVERYBODY not in principals:
        return statement
    return {**statement, "Principal": {"AWS": [EVERYBODY]}, "Condition": _other_accounts(target)}


def _other_accounts(target: Target) -> dict[str, Any]:
    return {
        "Bool": {"aws:PrincipalIsAWSService": ["false"]},
        "StringNotEquals": {"aws:PrincipalAccount": [target.resource.account]},
    }


def _is_denied(
    statements: Iterable[Statement], wrong: list[Statement], target: Target, forbidden: Iterable[str]
) -> bool:
    """Return whether one statement already denies at least what the bot's statement would."""
    needed = _deny(wrong, target, {one for statement in wrong for one in _forbidden_actions(statement, forbidden)})
    return any(_covers(one, needed) for one in statements if one.get("Effect") == "Deny")


def _covers(deny: Statement, needed: Statement) -> bool:
    principals = set(deny.get("Principal", {}).get("AWS", []))
    whole = EVERYBODY in principals or set(needed["Principal"]["AWS"]) <= principals
    conditions = normalized(deny).get("Condition")
    return (
        whole
        and (not conditions or conditions == needed.get("Condition"))
        and all(_matches(one, deny.get("Action", [])) for one in needed["Action"])
        and all(_matches(one, deny.get("Resource", [])) for one in needed["Resource"])
    )


def _let_in(document: Document, target: Target) -> str:
    named = {one for statement in statements_of(document) for one in _foreign_principals(normalized(statement), target)}
    accounts = {"everybody" if one == EVERYBODY else (_ARN.sub(r"\g<account>", one)) for one in named}
    return ", ".join(sorted(accounts)) or "none"
