"""Deactivate access keys of IAM users that are too old or unused. No key is ever deleted."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.arns import arn_or_pattern
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if, response_date

_KEY: Final = "access key "
_NOT_FOUND: Final = "NoSuchEntity"


class _DeactivateKeys(Remediation):
    """Deactivate those access keys of a user that do not comply with the control.

    `comply` has no clock, so `read` returns only the noncompliant keys, active or not. The current time is the Date
    header of IAM's answer, not the bot's clock, which the local stack can advance. The digest holds no date: it changes
    only when one more key passes the limit, and then a new approval is needed.
    """

    resource_type = "AWS::IAM::User"
    effects = (Effect.CUTS_ACCESS,)
    writes = ("iam:UpdateAccessKey",)

    @abstractmethod
    def noncompliant(self, keys: Iterable[Mapping[str, Any]], now: datetime, target: Target, iam: Any) -> list[Any]:
        """Return the keys that do not comply with the control."""

    def read(self, target: Target, aws: Account) -> Settings:
        iam = aws.client("iam")
        keys, now = _access_keys(iam, user_name(iam, target))
        found = {_KEY + one["AccessKeyId"]: one["Status"] for one in self.noncompliant(keys, now, target, iam)}
        return dict(sorted(found.items()))

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return dict.fromkeys(settings, "Inactive")

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        iam = aws.client("iam")
        key = setting.removeprefix(_KEY)
        iam.update_access_key(UserName=user_name(iam, target), AccessKeyId=key, Status=value)

    def arn(self, target: Target, aws: Account) -> str:
        known = parse_arn(target.resource.id)
        return target.resource.id if known else str(_find_user(aws.client("iam"), target)["Arn"])

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the user, or all users of the account where AWS Config gives only its unique id."""
        return (arn_or_pattern(target, "iam", "user/*"),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """The last use of each active key, and whether the user has another."""
        iam = aws.client("iam")
        for setting, status in self.read(target, aws).items():
            if status == "Active":
                key = setting.removeprefix(_KEY)
                yield evidence_of(f"Is {key[:4]}…{key[-4:]} in use?", partial(_last_use, iam, key))
        yield evidence_of("Has the user another active key?", lambda: self._other_active_keys(target, aws))

    def _other_active_keys(self, target: Target, aws: Account) -> str:
        iam = aws.client("iam")
        keys, _ = _access_keys(iam, user_name(iam, target))
        noncompliant = self.read(target, aws)
        others = [one for one in keys if one["Status"] == "Active" and _KEY + one["AccessKeyId"] not in noncompliant]
        return "yes" if others else "no: programs that use these keys stop"


class DeactivateOldKeys(_DeactivateKeys):
    """Deactivate access keys that are older than 90 days, in use or not."""

    title = "Deactivate access keys that are too old"
    problem = "Old access key"
    controls = ("IAM.3",)
    config_rules = ("ACCESS_KEYS_ROTATED",)
    reads = ("iam:GetAccessKeyLastUsed", "iam:ListAccessKeys", "iam:ListUsers")
    params: ClassVar[Mapping[str, Param]] = {"maxAccessKeyAge": Param(90, "days that a key may be old")}

    def noncompliant(self, keys: Iterable[Mapping[str, Any]], now: datetime, target: Target, iam: Any) -> list[Any]:
        """Return the keys that were created before the limit."""
        oldest = now - timedelta(days=int(resolved_params(self, target)["maxAccessKeyAge"]))
        return [one for one in keys if one["CreateDate"] < oldest]


class DeactivateUnusedKeys(_DeactivateKeys):
    """Deactivate access keys that have not been used for 45 days.

    IAM.22 is also about passwords. Removing a password cannot be undone, so a user with an unused password is refused.
    """

    title = "Deactivate access keys that nobody uses"
    problem = "Unused access key"
    controls = ("IAM.22",)
    config_rules = ("IAM_USER_UNUSED_CREDENTIALS_CHECK",)
    reads = ("iam:GetAccessKeyLastUsed", "iam:GetLoginProfile", "iam:GetUser", "iam:ListAccessKeys", "iam:ListUsers")
    params: ClassVar[Mapping[str, Param]] = {"maxCredentialUsageAge": Param(45, "days that a key may be unused")}

    def noncompliant(self, keys: Iterable[Mapping[str, Any]], now: datetime, target: Target, iam: Any) -> list[Any]:
        """Return the keys last used, or else created, before the limit. Raises Refusal for an unused password."""
        days = int(resolved_params(self, target)["maxCredentialUsageAge"])
        limit = now - timedelta(days=days)
        if _password_unused_since(iam, user_name(iam, target), limit):
            raise Refusal(f"its console password is unused for {days} days too, and removing it cannot be undone")
        return [one for one in keys if _last_used(iam, one) < limit]


def user_name(iam: Any, target: Target) -> str:
    """Return the user's name. Raises ResourceGone."""
    return target.resource.name if parse_arn(target.resource.id) else str(_find_user(iam, target)["UserName"])


def _find_user(iam: Any, target: Target) -> dict[str, Any]:
    """Return the user; AWS Config gives its unique id, `AIDA…`, for which all users are listed. Raises ResourceGone."""
    for page in iam.get_paginator("list_users").paginate():
        for user in page["Users"]:
            if target.resource.id in (user["UserId"], user["UserName"]):
                return dict(user)
    raise ResourceGone(target.resource.id)


def _access_keys(iam: Any, user: str) -> tuple[list[dict[str, Any]], datetime]:
    """Return the user's keys, and the time by IAM's clock. Raises Unknown when IAM's answer has no date."""
    keys: list[dict[str, Any]] = []
    with gone_if(_NOT_FOUND):
        pages = list(iam.get_paginator("list_access_keys").paginate(UserName=user))
    for page in pages:
        keys += page["AccessKeyMetadata"]
    return keys, response_date(pages[0])


def _last_used(iam: Any, key: Mapping[str, Any]) -> datetime:
    last = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
    when: datetime = last.get("LastUsedDate") or key["CreateDate"]
    created: datetime = key["CreateDate"]
    return max(when, created)


def _password_unused_since(iam: Any, user: str, limit: datetime) -> bool:
    login = none_if(lambda: iam.get_login_profile(UserName=user), _NOT_FOUND)
    if login is None:
        return False
    last = iam.get_user(UserName=user)["User"].get("PasswordLastUsed")
    return bool((last or login["LoginProfile"]["CreateDate"]) < limit)


def _last_use(iam: Any, key: str) -> str:
    last = iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]
    if "LastUsedDate" not in last:
        return "never used"
    return f"last used on {last['LastUsedDate']:%Y-%m-%d} for {last['ServiceName']} in {last['Region']}"


class DeactivateLongUnusedKeys(DeactivateUnusedKeys):
    """Deactivate access keys that have not been used for 90 days; a user with an unused password is refused."""

    title = "Deactivate access keys that nobody has used for long"
    problem = "Long unused access key"
    controls = ("IAM.8",)
    params: ClassVar[Mapping[str, Param]] = {"maxCredentialUsageAge": Param(90, "days that a key may be unused")}
