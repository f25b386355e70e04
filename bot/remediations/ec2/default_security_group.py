"""The default security group of a VPC: without rules, so that what is started without a group reaches nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize
from bot.remediations.toolkit.security_group_calls import (
    authorise,
    faces_of,
    group_of,
    revoke,
    rule_resources,
    rules_of,
)
from bot.remediations.toolkit.security_group_rules import GroupRule, tagged, written_on


class EmptyDefaultGroup(Remediation):
    """Take every rule out of a VPC's default security group, one setting each, both ways; Undo writes them again.

    Whoever is in the group loses the traffic that only its rules allow: the card says who that is.
    """

    title = "Empty the default security group"
    problem = "Default security group has rules"
    controls = ("EC2.2",)
    config_rules = ("VPC_DEFAULT_SECURITY_GROUP_CLOSED",)
    resource_type = "AWS::EC2::SecurityGroup"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = (
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
    )
    writes = (
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
    )
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Every rule, with what is written on it. Raises Refusal for a group that is not a default one."""
        group = group_of(aws, target)
        if group["GroupName"] != "default":
            raise Refusal(f"it is the group {group['GroupName']}, not the default group of its VPC")
        found = {GroupRule.of(one): written_on(one) for one in rules_of(aws, target)}
        return {rule.name: found[rule] for rule in sorted(found)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """No rule."""
        return dict.fromkeys(settings, ABSENT)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Authorise one rule, or revoke it by the id that it has now."""
        rule = GroupRule.named(setting)
        inbound = rule.way == "inbound"
        if value is ABSENT:
            ids = [one["SecurityGroupRuleId"] for one in rules_of(aws, target) if GroupRule.of(one) == rule]
            revoke(aws, target, ids, inbound=inbound)
        else:
            authorise(aws, target, rule.permission(value), tagged(value), inbound=inbound)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The group and its rules, whose ids AWS assigns."""
        return rule_resources(target)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who is in the group."""
        yield evidence_of("Who is in the group?", lambda: _members(aws, target))
        yield evidence_of("Has any of them no other group?", lambda: _lonely(aws, target))
        yield evidence_of("Which other groups let its members in?", lambda: _references(aws, target))


def _members(aws: Account, target: Target) -> str:
    faces = faces_of(aws, target)
    instances = {one["Attachment"]["InstanceId"] for one in faces if one.get("Attachment", {}).get("InstanceId")}
    return (
        f"{pluralize(len(faces), 'network interface')}, {pluralize(len(instances), 'instance')}" if faces else "nobody"
    )


def _lonely(aws: Account, target: Target) -> str:
    alone = [one["NetworkInterfaceId"] for one in faces_of(aws, target) if len(one["Groups"]) == 1]
    return f"yes, {', '.join(sorted(alone)[:10])}: they lose all traffic" if alone else "no"


def _references(aws: Account, target: Target) -> str:
    filters = [{"Name": "ip-permission.group-id", "Values": [target.resource.name]}]
    pages = aws.client("ec2").get_paginator("describe_security_groups").paginate(Filters=filters)
    others = sorted({one["GroupId"] for page in pages for one in page["SecurityGroups"]} - {target.resource.name})
    return f"{', '.join(others[:10])}: those rules stay" if others else "none in this account"
