"""Cases of `bot.remediations.iam.stale_keys`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.iam.stale_keys import DeactivateLongUnusedKeys, DeactivateOldKeys, DeactivateUnusedKeys
from tests.aws import plain_client
from tests.remediations.cases.iam.users import access_key, user
from tests.remediations.contract import PLANTED, Case, targeted


class AUserWithOldKeys(Case):
    """A user with two old keys, of which one has never been used."""

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
        """Delete the keys, so that Undo cannot activate them."""
        for key in self.keys():
            plain_client("iam").delete_access_key(UserName=self.name, AccessKeyId=key["AccessKeyId"])

    def destroy(self, target: Target) -> None:
        self.edit_same(target)
        plain_client("iam").delete_user(UserName=self.name)

    def keys(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = plain_client("iam").list_access_keys(UserName=self.name)["AccessKeyMetadata"]
        return found


class AUserWhomConfigNamesById(AUserWithOldKeys):
    """The same, identified by its unique id as in AWS Config."""

    def make(self) -> Target:
        for other in ("anna", "zoe"):
            user(other)
        super().make()
        unique = plain_client("iam").get_user(UserName=self.name)["User"]["UserId"]
        return targeted(self.remediation, unique)


class AUserWithUnusedKeys(AUserWithOldKeys):
    """A user with a key that was used long ago, one that never was, and a password in use."""

    remediation = DeactivateUnusedKeys

    def make(self) -> Target:
        target = super().make()
        self.edit_same(target)
        access_key(self.name, days=300, used_days_ago=46)
        access_key(self.name, days=50)
        plain_client("iam").create_login_profile(UserName=self.name, Password=f"{PLANTED}-A1!")
        return target


class AnUnusedKeyOfAUserWhomConfigNamesById(AUserWithUnusedKeys):
    """The same, identified by its unique id."""

    def make(self) -> Target:
        super().make()
        return targeted(self.remediation, plain_client("iam").get_user(UserName=self.name)["User"]["UserId"])


class AUserWithLongUnusedKeys(AUserWithUnusedKeys):
    """A user with a key that was used long ago, and one that never was."""

    remediation = DeactivateLongUnusedKeys

    def make(self) -> Target:
        target = super().make()
        self.edit_same(target)
        access_key(self.name, days=300, used_days_ago=91)
        access_key(self.name, days=95)
        return target


class ALongUnusedKeyOfAUserWhomConfigNamesById(AUserWithLongUnusedKeys):
    """The same, identified by its unique id."""

    def make(self) -> Target:
        super().make()
        return targeted(self.remediation, plain_client("iam").get_user(UserName=self.name)["User"]["UserId"])
