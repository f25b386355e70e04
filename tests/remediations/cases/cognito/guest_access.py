"""Cases of `bot.remediations.cognito.guest_access`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.cognito.guest_access import RefuseGuests
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class APoolWithGuests(Case):
    """A pool with guest access; its identity provider stays."""

    remediation = RefuseGuests
    two_valued = True

    def make(self) -> Target:
        made = plain_client("cognito-identity").create_identity_pool(
            IdentityPoolName="shop",
            AllowUnauthenticatedIdentities=True,
            SupportedLoginProviders={"accounts.google.com": "shop"},
            IdentityPoolTags={"password": PLANTED},
        )
        return targeted(RefuseGuests, made["IdentityPoolId"])

    def edit_beside(self, target: Target) -> None:
        now = plain_client("cognito-identity").describe_identity_pool(IdentityPoolId=target.resource.id)
        self.update(target, now["AllowUnauthenticatedIdentities"], {"graph.facebook.com": "theirs"})

    def beside(self, target: Target) -> Any:
        now = plain_client("cognito-identity").describe_identity_pool(IdentityPoolId=target.resource.id)
        return now["SupportedLoginProviders"]

    def edit_same(self, target: Target) -> None:
        self.update(target, True, {"accounts.google.com": "shop"})  # noqa: FBT003 - of a test

    def destroy(self, target: Target) -> None:
        plain_client("cognito-identity").delete_identity_pool(IdentityPoolId=target.resource.id)

    def update(self, target: Target, guests: bool, providers: dict[str, str]) -> None:  # noqa: FBT001 - of a test
        plain_client("cognito-identity").update_identity_pool(
            IdentityPoolId=target.resource.id,
            IdentityPoolName="shop",
            AllowUnauthenticatedIdentities=guests,
            SupportedLoginProviders=providers,
        )
