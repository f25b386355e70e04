"""S3 buckets: other accounts may read and write objects, but not take the bucket over."""

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
from bot.remediations.s3.public_access_and_tls import bucket_of, refuse_what_s3_would
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if
from bot.remediations.toolkit.public_statements import EVERYBODY
from bot.remediations.toolkit.resource_policy import Document, StatementRemediation, map_statements
from bot.remediations.toolkit.statements import Statement, normalized, sorted_strings, statements_of

_SID: Final = "CspmDenyToOtherAccounts"
_OURS: Final = f"policy statement {_SID}"
_TAKEOVER: Final = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)
"""What S3.6 forbids to other accounts (Security Hub User Guide, S3.6)."""

_ARN: Final = re.compile(r"arn:[^:]+:(?:iam|sts)::(?P<account>\d{12}):.+")
_OWN_KEYS: Final = frozenset({"aws:principalaccount", "aws:sourceaccount"})


class RestrictOtherAccounts(StatementRemediation):
    """Take from other accounts the five actions with which they could take the bucket over.

    Where a statement names such an action, the action goes out of it. Where it means them by a wildcard, nothing can
    be taken out without guessing what else it is for: then one statement of ours denies them to the same principals.
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
        """The bucket's policy."""
        s3 = aws.client("s3")
        with gone_if("NoSuchBucket"):
            answer = none_if(lambda: s3.get_bucket_policy(**bucket_of(target)), "NoSuchBucketPolicy")
        document: Document = json.loads(answer["Policy"]) if answer else {}
        return document

    def put(self, target: Target, document: Document, aws: Account) -> None:
        """Replace the policy."""
        aws.client("s3").put_bucket_policy(**bucket_of(target), Policy=json.dumps(document))

    def remove(self, target: Target, aws: Account) -> None:
        """Delete the policy."""
        aws.client("s3").delete_bucket_policy(**bucket_of(target))

    def read(self, target: Target, aws: Account) -> Settings:
        """Every statement. Raises Refusal where one has to change, and S3 takes no new version of the policy."""
        settings = super().read(target, aws)
        if difference(settings, self.comply(settings, target, resolved_params(self, target))):
            refuse_what_s3_would(target, aws)
        return settings

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The named actions taken out; ours beside them where that is not enough."""
        forbidden = _listed(params["blacklistedActionPatterns"])
        wrong = [one for one in _statements(settings) if _offends(one, target, forbidden)]
        if not wrong or _denied(_statements(settings), wrong, target, forbidden):
            return dict(settings)
        if any(_by_wildcard(one, forbidden) for one in wrong):
            return {**settings, _OURS: _deny(wrong, target, forbidden)}
        return {
            name: map_statements(value, lambda one: _narrowed(one, target, forbidden))
            for name, value in settings.items()
        }

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Which accounts they are; what they use cannot be seen."""
        yield evidence_of(
            "Which accounts does its policy let in?", lambda: _accounts(self.document(target, aws), target)
        )
        yield Evidence("Do they use these rights? CloudTrail knows, by account", "not known", known=False)


def _listed(value: Any) -> list[str]:
    """The actions, which a policy may also write as the control's own parameter is written: with commas."""
    return sorted_strings([one.strip() for one in value.split(",")] if isinstance(value, str) else list(value))


def _statements(settings: Settings) -> list[Statement]:
    found = [value for value in settings.values() if value is not ABSENT]
    return [one for value in found for one in (value if isinstance(value, list) else [value])]


def _offends(statement: Statement, target: Target, forbidden: Iterable[str]) -> bool:
    """Whether it allows another account something forbidden."""
    return statement.get("Effect") == "Allow" and bool(_foreign(statement, target)) and bool(_hit(statement, forbidden))


def _foreign(statement: Statement, target: Target) -> list[str]:
    """The principals of other accounts; everybody is one, unless a condition keeps it to this account."""
    if "NotPrincipal" in statement:
        return [EVERYBODY]
    named = statement.get("Principal", {}).get("AWS", [])
    return [one for one in named if _is_foreign(one, target) and not (one == EVERYBODY and _kept(statement, target))]


def _is_foreign(principal: str, target: Target) -> bool:
    arn = _ARN.fullmatch(principal)
    account = arn["account"] if arn else principal
    return principal == EVERYBODY or (account.isdigit() and account != target.resource.account)


def _kept(statement: Statement, target: Target) -> bool:
    keys = statement.get("Condition", {}).get("StringEquals", {})
    return any(key.lower() in _OWN_KEYS and value == [target.resource.account] for key, value in keys.items())


def _hit(statement: Statement, forbidden: Iterable[str]) -> list[str]:
    """The forbidden actions that it allows."""
    if "NotAction" in statement:
        return [one for one in forbidden if not _matched(one, statement["NotAction"])]
    return [one for one in forbidden if _matched(one, statement.get("Action", []))]


def _matched(action: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def _by_wildcard(statement: Statement, forbidden: Iterable[str]) -> bool:
    named = {one.lower() for one in statement.get("Action", [])}
    return any(one.lower() not in named for one in _hit(statement, forbidden)) or any(
        "*" in one and _hit({"Action": [one]}, forbidden) for one in named
    )


def _narrowed(statement: Statement, target: Target, forbidden: Iterable[str]) -> Value:
    if not _offends(statement, target, forbidden):
        return statement
    out = {one.lower() for one in forbidden}
    left = [one for one in statement["Action"] if one.lower() not in out]
    return {**statement, "Action": left} if left else ABSENT


def _deny(wrong: Iterable[Statement], target: Target, forbidden: Iterable[str]) -> Statement:
    """Deny to the same principals; where one is everybody, to whoever is of another account and no AWS service."""
    principals = sorted({one for statement in wrong for one in _foreign(statement, target)})
    statement: Statement = {
        "Sid": _SID,
        "Effect": "Deny",
        "Principal": {"AWS": principals},
        "Action": sorted(forbidden),
        "Resource": [target.resource.id, f"{target.resource.id}/*"],
    }
    if EVERYBODY not in principals:
        return statement
    return {**statement, "Principal": {"AWS": [EVERYBODY]}, "Condition": _others(target)}


def _others(target: Target) -> dict[str, Any]:
    return {
        "Bool": {"aws:PrincipalIsAWSService": ["false"]},
        "StringNotEquals": {"aws:PrincipalAccount": [target.resource.account]},
    }


def _denied(statements: Iterable[Statement], wrong: list[Statement], target: Target, forbidden: Iterable[str]) -> bool:
    """Whether one statement denies all that is wrong already: as ours would, or more widely."""
    needed = _deny(wrong, target, {one for statement in wrong for one in _hit(statement, forbidden)})
    return any(_as_wide(one, needed) for one in statements if one.get("Effect") == "Deny")


def _as_wide(deny: Statement, needed: Statement) -> bool:
    principals = set(deny.get("Principal", {}).get("AWS", []))
    whole = EVERYBODY in principals or set(needed["Principal"]["AWS"]) <= principals
    conditions = normalized(deny).get("Condition")
    return (
        whole
        and (not conditions or conditions == needed.get("Condition"))
        and all(_matched(one, deny.get("Action", [])) for one in needed["Action"])
        and all(_matched(one, deny.get("Resource", [])) for one in needed["Resource"])
    )


def _accounts(document: Document, target: Target) -> str:
    named = {one for statement in statements_of(document) for one in _foreign(normalized(statement), target)}
    accounts = {"everybody" if one == EVERYBODY else (_ARN.sub(r"\g<account>", one)) for one in named}
    return ", ".join(sorted(accounts)) or "none"
