"""Cases of `bot.remediations.iam.password_policy`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.iam.password_policy import StrengthenPasswordPolicy
from tests.aws import ACCOUNT, plain_client
from tests.remediations.cases.iam.users import user
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class AWeakPasswordPolicy(Case):
    """A policy with a sufficient length, without symbols, and with reuse prevention of three."""

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
    """The default policy of IAM applies; somebody else creates an account alias."""

    def make(self) -> Target:
        user(PLANTED)
        return targeted(StrengthenPasswordPolicy, ACCOUNT, "IAM.13", "IAM.17")

    def edit_beside(self, target: Target) -> None:
        plain_client("iam").create_account_alias(AccountAlias="acme-prod")

    def beside(self, target: Target) -> Any:
        return plain_client("iam").list_account_aliases()["AccountAliases"]

    def edit_same(self, target: Target) -> None:
        self.set(**{**self.fields(), "MaxPasswordAge": 30})
