# ruff: noqa: ARG002 - a case knows its resource without the target
"""How users go wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from moto.iam.models import AccessKeyLastUsed, iam_backends

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.iam.stale_keys import DeactivateOldKeys, DeactivateUnusedKeys
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


def user(name: str = "ci-deployer") -> str:
    made = plain_client("iam").create_user(UserName=name, Path="/robots/", Tags=[{"Key": "password", "Value": PLANTED}])
    return str(made["User"]["Arn"])


def access_key(name: str, *, days: int, used_days_ago: int | None = None) -> str:
    """A key that is as old as it says; no client can make one."""
    key: str = plain_client("iam").create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    made = iam_backends[ACCOUNT]["aws"].access_keys[key]
    made.create_date = _ago(days)
    if used_days_ago is not None:
        made.last_used = AccessKeyLastUsed(timestamp=_ago(used_days_ago), service="s3", region="eu-west-1")
    return key


def _ago(days: int) -> datetime:
    return datetime.now(tz=UTC).replace(tzinfo=None) - timedelta(days=days)


class AUserWithOldKeys(Case):
    """One key in use, one never used, both old."""

    remediation: ClassVar[type[Remediation]] = DeactivateOldKeys
    name = "ci-deployer"

    def make(self) -> Target:
        arn = user(self.name)
        access_key(self.name, days=412, used_days_ago=1)
        access_key(self.name, days=91)
        return targeted(self.remediation, arn)

    def edit_beside(self, target: Target) -> None:
        plain_client("iam").tag_user(UserName=self.name, Tags=[{"Key": "owner", "Value": "platform"}])

    def beside(self, target: Target) -> Any:
        return plain_client("iam").list_user_tags(UserName=self.name)["Tags"]

    def edit_same(self, target: Target) -> None:
        """Somebody deletes the keys: Undo cannot make them active."""
        for key in self.keys():
            plain_client("iam").delete_access_key(UserName=self.name, AccessKeyId=key["AccessKeyId"])

    def destroy(self, target: Target) -> None:
        self.edit_same(target)
        plain_client("iam").delete_user(UserName=self.name)

    def keys(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = plain_client("iam").list_access_keys(UserName=self.name)["AccessKeyMetadata"]
        return found


class AUserWhomConfigNamesById(AUserWithOldKeys):
    """AWS Config's resource id of a user is its unique id."""

    def make(self) -> Target:
        for other in ("anna", "zoe"):
            user(other)
        super().make()
        unique = plain_client("iam").get_user(UserName=self.name)["User"]["UserId"]
        return targeted(self.remediation, unique)


class AUserWithUnusedKeys(AUserWithOldKeys):
    """Used long ago, or never; a password in use."""

    remediation = DeactivateUnusedKeys

    def make(self) -> Target:
        target = super().make()
        self.edit_same(target)
        access_key(self.name, days=300, used_days_ago=46)
        access_key(self.name, days=50)
        plain_client("iam").create_login_profile(UserName=self.name, Password=f"{PLANTED}-A1!")
        return target


class AnUnusedKeyOfAUserWhomConfigNamesById(AUserWithUnusedKeys):
    """The same by its unique id."""

    def make(self) -> Target:
        super().make()
        return targeted(self.remediation, plain_client("iam").get_user(UserName=self.name)["User"]["UserId"])
