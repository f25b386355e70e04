"""Remove full access to CloudShell, which can download files through the browser, from IAM roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.arns import arn_or_pattern
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if, response_date
from bot.remediations.toolkit.toggle import Toggle

_POLICY: Final = "AWSCloudShellFullAccess"


class DetachCloudShell(Toggle):
    """Detach the managed policy AWSCloudShellFullAccess from the role. Other policies may still allow CloudShell."""

    title = f"Take {_POLICY} from the role"
    problem = "Role has full access to CloudShell"
    controls = ("IAM.27",)
    config_rules = ("IAM_POLICY_BLACKLISTED_CHECK",)
    resource_type = "AWS::IAM::Role"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRoles")
    writes = ("iam:AttachRolePolicy", "iam:DetachRolePolicy")
    setting = f"{_POLICY} attached"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        name = _describe_role(aws, target)["RoleName"]
        with gone_if("NoSuchEntity"):
            pages = list(aws.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=name))
        attached = [one["PolicyArn"] for page in pages for one in page["AttachedPolicies"]]
        return any(arn.endswith(f":aws:policy/{_POLICY}") for arn in attached)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Attach or detach the policy; a policy that is already detached is no error."""
        iam, name = aws.client("iam"), _describe_role(aws, target)["RoleName"]
        arn = f"arn:{target.resource.partition}:iam::aws:policy/{_POLICY}"
        if on:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        else:
            none_if(lambda: iam.detach_role_policy(RoleName=name, PolicyArn=arn), "NoSuchEntity")

    def arn(self, target: Target, aws: Account) -> str:
        return str(_describe_role(aws, target).get("Arn", target.resource.id))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the role, or all roles of the account where AWS Config gives only its unique id."""
        return (arn_or_pattern(target, "iam", "role/*"),)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """The last use of the role; IAM does not record whether that was in CloudShell."""
        yield evidence_of("When was the role last used?", lambda: _last_used(aws, target))
        yield Evidence("Does anybody work in CloudShell with it?", "not known", known=False)


def _describe_role(aws: Account, target: Target) -> dict[str, Any]:
    """Return the role, at least its name. AWS Config may identify it by its unique id, `AROA…`. Raises ResourceGone."""
    if parse_arn(target.resource.id):
        return {"RoleName": target.resource.name}
    for page in aws.client("iam").get_paginator("list_roles").paginate():
        for one in page["Roles"]:
            if target.resource.id in (one["RoleId"], one["RoleName"]):
                return dict(one)
    raise ResourceGone(target.resource.id)


def _last_used(aws: Account, target: Target) -> str:
    answer = aws.client("iam").get_role(RoleName=_describe_role(aws, target)["RoleName"])
    last = answer["Role"].get("RoleLastUsed", {}).get("LastUsedDate")
    return f"{(response_date(answer) - last).days} days ago" if last else "never, as far as IAM tracks it"
