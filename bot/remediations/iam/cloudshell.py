"""IAM roles: not everything in CloudShell, from which files leave the account by the browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, none_if, response_date
from bot.remediations.toolkit.toggle import Toggle

_POLICY: Final = "AWSCloudShellFullAccess"


class DetachCloudShell(Toggle):
    """Take AWS's policy for all of CloudShell from the role. Other policies may still let it use CloudShell."""

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
        """Whether it is attached."""
        name = _role(aws, target)["RoleName"]
        with gone_if("NoSuchEntity"):
            pages = list(aws.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=name))
        attached = [one["PolicyArn"] for page in pages for one in page["AttachedPolicies"]]
        return any(arn.endswith(f":aws:policy/{_POLICY}") for arn in attached)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Detaching what is detached is no error of ours."""
        iam, name = aws.client("iam"), _role(aws, target)["RoleName"]
        arn = f"arn:{target.resource.partition}:iam::aws:policy/{_POLICY}"
        if on:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        else:
            none_if(lambda: iam.detach_role_policy(RoleName=name, PolicyArn=arn), "NoSuchEntity")

    def arn(self, target: Target, aws: Account) -> str:
        """By its name and path."""
        return str(_role(aws, target).get("Arn", target.resource.id))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The role, or all roles of the account where AWS Config names this one by its unique id only."""
        where = target.resource
        return (where.id if parse_arn(where.id) else f"arn:{where.partition}:iam::{where.account}:role/*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether anybody has worked in the role lately; in CloudShell or elsewhere is not told."""
        yield evidence_of("When was the role last used?", lambda: _last_used(aws, target))
        yield Evidence("Does anybody work in CloudShell with it?", "not known", known=False)


def _role(aws: Account, target: Target) -> dict[str, Any]:
    """The role's name and more; a role may be named by its unique id, `AROA…`."""
    if parse_arn(target.resource.id):
        return {"RoleName": target.resource.name}
    for page in aws.client("iam").get_paginator("list_roles").paginate():
        for one in page["Roles"]:
            if target.resource.id in (one["RoleId"], one["RoleName"]):
                return dict(one)
    raise ResourceGone(target.resource.id)


def _last_used(aws: Account, target: Target) -> str:
    answer = aws.client("iam").get_role(RoleName=_role(aws, target)["RoleName"])
    last = answer["Role"].get("RoleLastUsed", {}).get("LastUsedDate")
    return f"{(response_date(answer) - last).days} days ago" if last else "never, as far as IAM tracks it"
