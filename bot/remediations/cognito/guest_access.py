"""Guest access to Cognito identity pools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if, name_after
from bot.remediations.toolkit.toggle import Toggle


class RefuseGuests(Toggle):
    """Give no credentials to unauthenticated identities. All settings are sent, because the call replaces them."""

    title = "Give guests no credentials"
    problem = "Identity pool gives credentials to anybody"
    controls = ("Cognito.2",)
    config_rules = ("COGNITO_IDENTITY_POOL_UNAUTH_ACCESS_CHECK",)
    resource_type = "AWS::Cognito::IdentityPool"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("cognito-identity:DescribeIdentityPool",)
    writes = ("cognito-identity:UpdateIdentityPool",)
    setting = "credentials for guests"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(_pool(aws, target)["AllowUnauthenticatedIdentities"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        pool = _pool(aws, target)
        aws.client("cognito-identity").update_identity_pool(**{**pool, "AllowUnauthenticatedIdentities": on})

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the pool's ARN, which AWS Config may identify by its id; the id contains a colon."""
        where = target.resource
        arn = f"arn:{where.partition}:cognito-identity:{where.region}:{where.account}:identitypool/{_pool_id(target)}"
        return (arn,)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield Evidence("Which applications use it without signing in?", "not known", known=False)


def _pool_id(target: Target) -> str:
    return name_after(":identitypool/", target)


def _pool(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("cognito-identity").describe_identity_pool(IdentityPoolId=_pool_id(target))
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
