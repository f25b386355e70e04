"""Rules of the default security groups of VPCs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, paginated, pluralize
from bot.remediations.toolkit.network_interfaces import instance_ids, network_interfaces
from bot.remediations.toolkit.security_group_calls import (
    authorize_rule,
    revoke_rules,
    rule_arns,
    rules_of,
    security_group_of,
)
from bot.remediations.toolkit.security_group_rules import SecurityGroupRule, rule_details, tag_specifications


class EmptyDefaultGroup(Remediation):
    """Remove all rules of a VPC's default security group, one setting each, in both directions.

    Resources in the group lose the traffic that only its rules allow, so evidence names them.
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
        """Return all rules with their details. Raise Refusal if it is not a default group."""
        group = security_group_of(aws, target)
        if group["GroupName"] != "default":
            raise Refusal(f"it is the group {group['GroupName']}, not the default group of its VPC")
        rules = {SecurityGroupRule.from_response(one): rule_details(one) for one in _rules(aws, target)}
        return {rule.name: rules[rule] for rule in sorted(rules)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return dict.fromkeys(settings, ABSENT)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Create one rule, or remove it by its current id."""
        rule = SecurityGroupRule.from_name(setting)
        inbound = rule.way == "inbound"
        if value is ABSENT:
            current = _rules(aws, target)
            ids = [one["SecurityGroupRuleId"] for one in current if SecurityGroupRule.from_response(one) == rule]
            revoke_rules(aws, target, ids, inbound=inbound)
        else:
            authorize_rule(aws, target, rule.permission(value), tag_specifications(value), inbound=inbound)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        return rule_arns(target)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Who is in the group?", lambda: _members(aws, target))
        yield evidence_of("Has any of them no other group?", lambda: _without_other_group(aws, target))
        yield evidence_of("Which other groups let its members in?", lambda: _references(aws, target))


def _rules(aws: Account, target: Target) -> list[dict[str, Any]]:
    return rules_of(aws, [target.resource.name])


def _members(aws: Account, target: Target) -> str:
    interfaces = network_interfaces(aws, "group-id", target.resource.name)
    if not interfaces:
        return "nobody"
    return f"{pluralize(len(interfaces), 'network interface')}, {pluralize(len(instance_ids(interfaces)), 'instance')}"


def _without_other_group(aws: Account, target: Target) -> str:
    interfaces = network_interfaces(aws, "group-id", target.resource.name)
    alone = [one["NetworkInterfaceId"] for one in interfaces if len(one["Groups"]) == 1]
    return f"yes, {', '.join(sorted(alone)[:10])}: they lose all traffic" if alone else "no"


def _references(aws: Account, target: Target) -> str:
    filters = [{"Name": "ip-permission.group-id", "Values": [target.resource.name]}]
    groups = paginated(aws.client("ec2"), "describe_security_groups", "SecurityGroups", Filters=filters)
    others = sorted({one["GroupId"] for one in groups} - {target.resource.name})
    return f"{', '.join(others[:10])}: those rules stay" if others else "none in this account"
