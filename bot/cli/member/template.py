"""Generation of `infra/member.yaml` from the catalogue: the roles that a member account grants the bot.

Plain CloudFormation (no Transform, no nested stack), so that a service-managed stack set can deploy it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import yaml

from bot.cli.member.groups import GROUPS, IDENTITY, LINKED_ROLE, PASS_ROLE, group_of
from bot.domain.remediation import Remediation
from bot.remediations.catalogue import catalogue

Node = dict[str, Any]

HEADER: Final = (
    "# Made from the catalogue by `cspm catalogue --member-template > infra/member.yaml`; a test fails when it is\n"
    "# stale. Do not edit it by hand.\n"
)


def member_template(recipes: Iterable[Remediation] | None = None) -> str:
    """Return the template's text for these recipes, by default for the whole catalogue."""
    chosen = sorted(recipes or catalogue().by_id.values(), key=lambda one: one.id)
    groups = [name for name in GROUPS if name in {group_of(one) for one in chosen}]
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "cspm-bot in a member account: a role that reads, and, only where AllowRemediation says yes, "
        "a role that carries out approved changes. Roles are global: deploy it in one Region of each account.",
        "Metadata": _interface(groups),
        "Parameters": _parameters(groups),
        "Conditions": _conditions(groups),
        "Resources": _resources(groups, chosen),
        "Outputs": _outputs(),
    }
    return HEADER + yaml.dump(document, Dumper=_NoAliases, sort_keys=False, width=118, allow_unicode=True)


class _NoAliases(yaml.SafeDumper):
    """A dumper without aliases, which CloudFormation does not support."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _interface(groups: list[str]) -> Node:
    allow = [f"Allow{name}" for name in groups]
    labels = (
        ("Who the bot is", ["BotAccount", "BotStackName", "OrganizationId", "ExternalId", "SecretPrefix"]),
        ("What it may do here", ["AllowRemediation", *allow, "PassableRoles", "AllowRuleEvaluations"]),
        ("Names", ["ReaderRoleName", "RemediationRoleName", "RuleRoleName"]),
    )
    listed = [{"Label": {"default": label}, "Parameters": names} for label, names in labels]
    return {"AWS::CloudFormation::Interface": {"ParameterGroups": listed}}


def _parameters(groups: list[str]) -> Node:
    role = r"^[\w+=,.@-]{1,64}$"
    allow = {f"Allow{name}": _choice(f"With AllowRemediation: {GROUPS[name][0]}.", name) for name in groups}
    return {
        "BotAccount": _text("The account that the bot runs in (twelve digits).", "^[0-9]{12}$"),
        "BotStackName": _text("The name of the bot's stack there.", r"^[A-Za-z][A-Za-z0-9-]{0,50}$", "cspm-bot"),
        "OrganizationId": _text("The AWS organisation of both, such as o-a1b2c3d4e5.", "^o-[a-z0-9]{10,32}$"),
        "ExternalId": _text("The same as in the bot's stack.", r"^[\w+=,.@:/-]{2,128}$", "cspm-bot"),
        "SecretPrefix": _text("The same as in the bot's stack.", r"^[A-Za-z0-9_.-]+/$", "cspm/"),
        "AllowRemediation": _choice("Whether the bot may change anything in this account.", IDENTITY),
        **allow,
        "PassableRoles": {
            "Type": "CommaDelimitedList",
            "Description": "ARNs of the roles that a fix may hand to a service (iam:PassRole); none unless listed.",
            "Default": "",
        },
        "AllowRuleEvaluations": _choice(
            "Whether the bot's custom Config rules judge this account's resources.", IDENTITY
        ),
        "ReaderRoleName": _text("The same as in the bot's stack.", role, "cspm-bot-reader"),
        "RemediationRoleName": _text("The same as in the bot's stack.", role, "cspm-bot-remediation"),
        "RuleRoleName": _text("The same as in the bot's stack.", role, "cspm-bot-rules"),
    }


def _text(description: str, pattern: str, default: str | None = None) -> Node:
    given = {} if default is None else {"Default": default}
    return {"Type": "String", "Description": description, **given, "AllowedPattern": pattern}


def _choice(description: str, group: str) -> Node:
    default = "no" if group == IDENTITY else "yes"
    return {"Type": "String", "Description": description, "Default": default, "AllowedValues": ["yes", "no"]}


def _conditions(groups: list[str]) -> Node:
    def yes(name: str) -> Node:
        return {"Fn::Equals": [{"Ref": name}, "yes"]}

    grouped = {f"Remediates{name}": {"Fn::And": [{"Condition": "Remediates"}, yes(f"Allow{name}")]} for name in groups}
    listed = {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "PassableRoles"}]}, ""]}]}
    return {
        "Remediates": yes("AllowRemediation"),
        **grouped,
        "PassesRoles": listed,
        "Evaluates": yes("AllowRuleEvaluations"),
    }


def _resources(groups: list[str], recipes: list[Remediation]) -> Node:
    return {
        "ReaderRole": _role("ReaderRoleName", _trust(("plan", "remediate")), [_reader_policy(recipes)]),
        "RemediationRole": _role("RemediationRoleName", _remediation_trust(), [_guardrails()], "Remediates"),
        **{f"{name}Policy": _group_policy(name, recipes) for name in groups},
        "RuleRole": _role("RuleRoleName", _trust(("config-rule",)), [_rule_policy()], "Evaluates"),
    }


def _role(name: str, trust: Node, policies: list[Node], condition: str = "") -> Node:
    return {
        "Type": "AWS::IAM::Role",
        **({"Condition": condition} if condition else {}),
        "Properties": {
            "RoleName": {"Ref": name},
            "MaxSessionDuration": 3600,
            "AssumeRolePolicyDocument": trust,
            "Policies": policies,
        },
    }


def _trust(functions: Iterable[str]) -> Node:
    return _document({**_bot(), "Action": "sts:AssumeRole", "Condition": _conditions_of(functions)})


def _remediation_trust() -> Node:
    """Require a source identity, the name of a person or the policy, which CloudTrail records."""
    named = {"StringLike": {"sts:SourceIdentity": "?*"}}
    only = _conditions_of(("remediate",))
    without_external_id = {key: value for key, value in only["StringEquals"].items() if key != "sts:ExternalId"}
    return _document(
        {**_bot(), "Action": "sts:AssumeRole", "Condition": {**only, **named}},
        {
            **_bot(),
            "Action": "sts:SetSourceIdentity",
            "Condition": {**only, "StringEquals": without_external_id, **named},
        },
    )


def _bot() -> Node:
    """Return the account as principal; conditions name the roles, which can be created later or again."""
    return {"Effect": "Allow", "Principal": {"AWS": _sub("arn:${AWS::Partition}:iam::${BotAccount}:root")}}


def _conditions_of(functions: Iterable[str]) -> Node:
    roles = [_sub(f"arn:${{AWS::Partition}}:iam::${{BotAccount}}:role/${{BotStackName}}-{name}") for name in functions]
    return {
        "ArnEquals": {"aws:PrincipalArn": roles},
        "StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}, "sts:ExternalId": {"Ref": "ExternalId"}},
    }


def _reader_policy(recipes: list[Remediation]) -> Node:
    reads = sorted({action for one in recipes for action in one.reads})
    return {"PolicyName": "read", "PolicyDocument": _document(_allow("Read", reads))}


def _group_policy(name: str, recipes: list[Remediation]) -> Node:
    """Return one group's permissions. A run's session policy narrows them to one plan's calls and resources."""
    members = [one for one in recipes if group_of(one) == name]
    reads = sorted({action for one in members for action in one.reads})
    writes = sorted({action for one in members for action in one.writes} - set(reads))
    description = f"cspm-bot, {name.lower()}: " + ", ".join(one.id for one in members)
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Condition": f"Remediates{name}",
        "Properties": {
            "Description": description if len(description) <= 1000 else description[:999] + "…",  # noqa: PLR2004 - IAM's limit
            "Roles": [{"Ref": "RemediationRole"}],
            "PolicyDocument": _document(_allow("Read", reads), _allow("Write", writes)),
        },
    }


def _guardrails() -> Node:
    """Deny, whatever else is allowed, the bot's own resources and the organisation's administrative roles."""
    listed = {"Fn::If": ["PassesRoles", {"Ref": "PassableRoles"}, [_sub(_here("role/none"))]]}
    own = [_sub(arn) for arn in (*_BOT_RESOURCES, *map(_here, _PROTECTED_ROLES))]
    return {
        "PolicyName": "never",
        "PolicyDocument": _document(
            {"Sid": "NotTheBot", "Effect": "Deny", "Action": "*", "Resource": own},
            {
                "Sid": "NotAServicesRole",
                "Effect": "Deny",
                "NotAction": LINKED_ROLE,
                "Resource": _sub(_here("role/aws-service-role/*")),
            },
            {"Sid": "PassListedRolesOnly", "Effect": "Deny", "Action": PASS_ROLE, "NotResource": listed},
            {"Sid": "NoOtherRole", "Effect": "Deny", "Action": "sts:*", "Resource": "*"},
        ),
    }


def _here(resource: str) -> str:
    return f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{resource}"


_PROTECTED_ROLES: Final = (
    "role/${ReaderRoleName}",
    "role/${RemediationRoleName}",
    "role/${RuleRoleName}",
    "role/${BotStackName}-*",
    "policy/${AWS::StackName}-*",
    "role/aws-reserved/*",
    "role/stacksets-exec-*",
    "role/AWSControlTower*",
    "role/OrganizationAccountAccessRole",
)

_BOT_RESOURCES: Final = (
    "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/${AWS::StackName}/*",
    "arn:${AWS::Partition}:appconfig:*:${BotAccount}:*",
    "arn:${AWS::Partition}:cloudformation:*:${BotAccount}:stack/${BotStackName}/*",
    "arn:${AWS::Partition}:dynamodb:*:${BotAccount}:table/${BotStackName}-*",
    "arn:${AWS::Partition}:events:*:${BotAccount}:event-bus/${BotStackName}-*",
    "arn:${AWS::Partition}:events:*:${BotAccount}:rule/${BotStackName}-*",
    "arn:${AWS::Partition}:lambda:*:${BotAccount}:function:${BotStackName}-*",
    "arn:${AWS::Partition}:logs:*:${BotAccount}:log-group:${BotStackName}-*",
    "arn:${AWS::Partition}:s3:::${BotStackName}-*",
    "arn:${AWS::Partition}:secretsmanager:*:${BotAccount}:secret:${SecretPrefix}*",
    "arn:${AWS::Partition}:sqs:*:${BotAccount}:${BotStackName}-*",
)


def _rule_policy() -> Node:
    """Return the permissions of the custom Config rules' function: read items and put evaluations."""
    evaluate = _allow(
        "Judge", ["config:GetResourceConfigHistory", "config:PutEvaluations", "config:SelectResourceConfig"]
    )
    return {"PolicyName": "judge", "PolicyDocument": _document(evaluate)}


def _allow(sid: str, actions: list[str]) -> Node:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"}


def _document(*statements: Node) -> Node:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _sub(text: str) -> Node:
    return {"Fn::Sub": text}


def _outputs() -> Node:
    def arn(role: str, description: str, condition: str = "") -> Node:
        conditional = {"Condition": condition} if condition else {}
        return {**conditional, "Description": description, "Value": {"Fn::GetAtt": [role, "Arn"]}}

    return {
        "ReaderRoleArn": arn("ReaderRole", "The role that reads"),
        "RemediationRoleArn": arn("RemediationRole", "The role that carries out approved changes", "Remediates"),
    }
