"""What is asked of EC2 about a security group and its rules, whichever remediation asks."""

from __future__ import annotations

from typing import Any

from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.asking import gone_on, none_on


def group_of(aws: Account, target: Target) -> dict[str, Any]:
    """The group. Raises ResourceGone, or Refusal for one that another account shares."""
    with gone_on("InvalidGroup.NotFound"):
        found = aws.client("ec2").describe_security_groups(GroupIds=[target.resource.name])["SecurityGroups"]
    group: dict[str, Any] = found[0]
    if group["OwnerId"] != target.resource.account:
        raise Refusal(f"the group belongs to account {group['OwnerId']}, which shares its network")
    return group


def rules_of(aws: Account, target: Target) -> list[dict[str, Any]]:
    """All rules of the group, both ways, as DescribeSecurityGroupRules gives them."""
    pages = aws.client("ec2").get_paginator("describe_security_group_rules")
    mine = pages.paginate(Filters=[{"Name": "group-id", "Values": [target.resource.name]}])
    return [one for page in mine for one in page["SecurityGroupRules"]]


def faces_of(aws: Account, target: Target) -> list[dict[str, Any]]:
    """The network interfaces that are in the group."""
    pages = aws.client("ec2").get_paginator("describe_network_interfaces")
    mine = pages.paginate(Filters=[{"Name": "group-id", "Values": [target.resource.name]}])
    return [face for page in mine for face in page["NetworkInterfaces"]]


def authorise(aws: Account, target: Target, permission: dict[str, Any], tags: dict[str, Any], *, inbound: bool) -> None:
    """Write one rule; one that is there already is no error."""
    ec2 = aws.client("ec2")
    call = ec2.authorize_security_group_ingress if inbound else ec2.authorize_security_group_egress
    none_on(
        lambda: call(GroupId=target.resource.name, IpPermissions=[permission], **tags), "InvalidPermission.Duplicate"
    )


def revoke(aws: Account, target: Target, ids: list[str], *, inbound: bool) -> None:
    """Take rules out by the ids that they have now; what is gone already is no error."""
    ec2 = aws.client("ec2")
    call = ec2.revoke_security_group_ingress if inbound else ec2.revoke_security_group_egress
    if ids:
        none_on(
            lambda: call(GroupId=target.resource.name, SecurityGroupRuleIds=ids), "InvalidSecurityGroupRuleId.NotFound"
        )


def rule_resources(target: Target) -> tuple[str, ...]:
    """The group and its rules, whose ids AWS assigns."""
    group = target.resource
    return (group.id, f"arn:{group.partition}:ec2:{group.region}:{group.account}:security-group-rule/*")
