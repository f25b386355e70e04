# ruff: noqa: ARG002 - the account has one password policy
"""How password policies are weak."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.iam.password_policy import StrengthenPasswordPolicy
from bot.remediations.iam.stale_keys import DeactivateLongUnusedKeys
from tests.aws import ACCOUNT, plain_client
from tests.remediations.cases.iam import AUserWithUnusedKeys, access_key, user
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class AWeakPasswordPolicy(Case):
    """Long enough, but without symbols; old passwords may come back after three."""

    remediation = StrengthenPasswordPolicy

    def make(self) -> Target:
        user(PLANTED)
        self.set(MinimumPasswordLength=16, RequireNumbers=True, PasswordReusePrevention=3, HardExpiry=True)
        return targeted(StrengthenPasswordPolicy, ACCOUNT, "IAM.7", "IAM.11", "IAM.15", "IAM.16")

    def edit_beside(self, target: Target) -> None:
        self.set(**{**self.fields(), "AllowUsersToChangePassword": True})

    def beside(self, target: Target) -> Any:
        now = self.fields()
        return now["AllowUsersToChangePassword"], now["HardExpiry"]

    def edit_same(self, target: Target) -> None:
        self.set(**{**self.fields(), "MinimumPasswordLength": 20})

    def destroy(self, target: Target) -> None:
        raise Indestructible

    def set(self, **fields: Any) -> None:
        plain_client("iam").update_account_password_policy(**fields)

    def fields(self) -> dict[str, Any]:
        found = plain_client("iam").get_account_password_policy()["PasswordPolicy"]
        return {name: value for name, value in found.items() if value and name != "ExpirePasswords"}


class AnAccountWithoutPasswordPolicy(AWeakPasswordPolicy):
    """IAM's own is in force; somebody names the account meanwhile."""

    def make(self) -> Target:
        user(PLANTED)
        return targeted(StrengthenPasswordPolicy, ACCOUNT, "IAM.13", "IAM.17")

    def edit_beside(self, target: Target) -> None:
        plain_client("iam").create_account_alias(AccountAlias="acme-prod")

    def beside(self, target: Target) -> Any:
        return plain_client("iam").list_account_aliases()["AccountAliases"]

    def edit_same(self, target: Target) -> None:
        self.set(**{**self.fields(), "MaxPasswordAge": 30})


class AUserWithLongUnusedKeys(AUserWithUnusedKeys):
    """Used long ago, or never; a third would be too young."""

    remediation = DeactivateLongUnusedKeys

    def make(self) -> Target:
        target = super().make()
        self.edit_same(target)
        access_key(self.name, days=300, used_days_ago=91)
        access_key(self.name, days=95)
        return target


class ALongUnusedKeyOfAUserWhomConfigNamesById(AUserWithLongUnusedKeys):
    """The same by its unique id."""

    def make(self) -> Target:
        super().make()
        return targeted(self.remediation, plain_client("iam").get_user(UserName=self.name)["User"]["UserId"])
