"""`infra/member.yaml` grants read access, changes only by parameter, and always a source identity."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.aws.accounts import _NOT_IN_SESSION_NAME
from bot.cli.member.groups import GROUPS, LINKED_ROLE, PASS_ROLE, group_of
from bot.cli.member.template import member_template
from bot.domain.remediation import Remediation
from bot.remediations.catalogue import catalogue
from tests.infra.plain import ACCOUNT, INFRA, made, parsed
from tests.infra.simulation import Asked, Verdict, verdicts

BOT, ORGANISATION = "999999999999", "o-a1b2c3d4e5"
GIVEN = {"BotAccount": BOT, "OrganizationId": ORGANISATION, "ExternalId": "a-shared-word"}
READER, REMEDIATION = (f"arn:aws:iam::{ACCOUNT}:role/cspm-bot-{name}" for name in ("reader", "remediation"))
FRESH = parsed(member_template())
RECIPES = sorted(catalogue().by_id.values(), key=lambda one: one.id)


def resources(**parameters: str) -> dict[str, Any]:
    return made(FRESH, **GIVEN | parameters)


def trust(role: str) -> dict[str, Any]:
    properties = resources(AllowRemediation="yes", AllowRuleEvaluations="yes")[role]["Properties"]
    document: dict[str, Any] = properties["AssumeRolePolicyDocument"]
    return document


def rights(*groups: str, **parameters: str) -> list[dict[str, Any]]:
    """All policies of the remediation role, with these groups enabled."""
    allowed = {
        name: "yes" if name.removeprefix("Allow") in groups else "no"
        for name in FRESH["Parameters"]
        if name.startswith("Allow")
    }
    found = resources(**allowed | {"AllowRemediation": "yes"} | parameters)
    inline = [one["PolicyDocument"] for one in found["RemediationRole"]["Properties"]["Policies"]]
    managed = [
        one["Properties"]["PolicyDocument"] for one in found.values() if one["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    return inline + managed


def test_the_template_is_generated_from_the_catalogue() -> None:
    fresh = member_template()
    assert (INFRA / "member.yaml").read_text() == fresh, "stale: cspm catalogue --member-template > infra/member.yaml"


def test_by_default_an_account_is_read_only() -> None:
    assert list(resources()) == ["ReaderRole"]


def test_remediation_does_not_include_identity() -> None:
    found = resources(AllowRemediation="yes")
    assert "RemediationRole" in found
    assert "IdentityPolicy" not in found
    assert "IdentityPolicy" in resources(AllowRemediation="yes", AllowIdentity="yes")


def test_a_group_alone_allows_nothing() -> None:
    assert list(resources(AllowIdentity="yes")) == ["ReaderRole"]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.id)
def test_the_reader_role_has_every_read_and_one_group_every_write_action(recipe: Remediation) -> None:
    (reading,) = resources()["ReaderRole"]["Properties"]["Policies"]
    assert set(recipe.reads) <= set(reading["PolicyDocument"]["Statement"][0]["Action"])
    allowed = {
        action
        for document in rights(group_of(recipe))
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }
    assert {*recipe.reads, *recipe.writes} <= allowed


def test_remediations_that_write_identities_are_in_the_group_that_is_off() -> None:
    """Neither iam:PassRole (PassableRoles limits it) nor creating a service-linked role writes an identity."""
    harmless = {PASS_ROLE, LINKED_ROLE}
    writers = [one for one in RECIPES if any(a.startswith("iam:") for a in set(one.writes) - harmless)]
    assert {group_of(one) for one in writers} == {"Identity"}
    assert FRESH["Parameters"]["AllowIdentity"]["Default"] == "no"


def test_a_service_in_no_group_is_refused_by_name() -> None:
    class Exotic(type(RECIPES[0])):  # type: ignore[misc] # an example
        writes = ("braket:CancelJob",)

    with pytest.raises(ValueError, match="Exotic writes \\['braket'\\]"):
        group_of(Exotic())


def test_every_document_is_within_iams_limits() -> None:
    """IAM's limits, white space not counted: 10,240 for a role's inline policies, 6,144 for a managed one."""

    def size(document: Any) -> int:
        return len(json.dumps(document, separators=(",", ":")))

    for one in resources(
        AllowRuleEvaluations="yes", **dict.fromkeys(("AllowRemediation", "AllowIdentity"), "yes")
    ).values():
        properties = one["Properties"]
        if one["Type"] == "AWS::IAM::Role":
            assert sum(size(policy["PolicyDocument"]) for policy in properties["Policies"]) <= 10_240
            assert size(properties["AssumeRolePolicyDocument"]) <= 2_048
        else:
            assert size(properties["PolicyDocument"]) <= 6_144
            assert len(properties["Description"]) <= 1_000


def test_there_is_room_for_every_group_on_one_role() -> None:
    assert len(GROUPS) <= 10  # managed policies per role, IAM's default quota


# ---- trust policies


def assuming(
    function: str = "remediate", role: str = REMEDIATION, action: str = "sts:AssumeRole", **changed: Any
) -> Asked:
    caller = f"arn:aws:iam::{BOT}:role/cspm-bot-{function}"
    context = {
        "aws:PrincipalArn": caller,
        "aws:PrincipalOrgID": ORGANISATION,
        "aws:PrincipalAccount": BOT,
        "sts:ExternalId": GIVEN["ExternalId"],
        "sts:SourceIdentity": _NOT_IN_SESSION_NAME.sub("-", "U0DANA"),
        "sts:RoleSessionName": "01JABCDEFGHJKMNPQRSTVWXYZ0",
    } | changed
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    session = f"arn:aws:sts::{BOT}:assumed-role/cspm-bot-{function}/function"
    document = trust({READER: "ReaderRole", REMEDIATION: "RemediationRole"}.get(role, "RuleRole"))
    known = {key: value for key, value in context.items() if value is not None}
    return Asked(session, action, role, ACCOUNT, [policy], known, resource_policy=document)


def may_assume(*asked: Asked) -> list[bool]:
    return [one.allowed for one in verdicts(asked)]


def test_each_role_trusts_its_functions_only() -> None:
    functions = ("ingest", "plan", "cards", "slack", "remediate", "schedule", "config-rule", "x")
    assert may_assume(*(assuming(name, READER) for name in functions)) == [
        name in ("plan", "remediate") for name in functions
    ]
    assert may_assume(*(assuming(name) for name in functions)) == [name == "remediate" for name in functions]
    rules = f"arn:aws:iam::{ACCOUNT}:role/cspm-bot-rules"
    assert may_assume(*(assuming(name, rules) for name in functions)) == [name == "config-rule" for name in functions]


@pytest.mark.parametrize(
    "changed",
    [
        {"sts:ExternalId": "another-word"},
        {"sts:ExternalId": None},
        {"aws:PrincipalOrgID": "o-zzzzzzzzzz"},
        {"aws:PrincipalOrgID": None},
        {"sts:SourceIdentity": None},
        {"sts:SourceIdentity": ""},
    ],
    ids=str,
)
def test_external_id_organisation_and_source_identity_are_required(changed: dict[str, Any]) -> None:
    assert may_assume(assuming(**changed)) == [False]


def test_only_remediate_may_set_a_source_identity() -> None:
    without_id: dict[str, Any] = {"sts:ExternalId": None}  # this action has no such condition key
    asked = [assuming(name, action="sts:SetSourceIdentity", **without_id) for name in ("remediate", "plan")]
    assert may_assume(*asked) == [True, False]


# ---- permissions


def in_role(action: str, resource: str, *groups: str, **parameters: str) -> Asked:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/cspm-bot-remediation/run"
    return Asked(session, action, resource, ACCOUNT, rights(*groups, **parameters))


def with_everything(asked: Asked, action: str) -> Asked:
    """Return the same call with all permissions added, so that only an explicit deny refuses it."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    return replace(asked, action=action, policies=[*asked.policies, everything])


OWN = (
    ("iam:UpdateAssumeRolePolicy", READER),
    ("iam:PutRolePolicy", REMEDIATION),
    ("iam:AttachRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/stacksets-exec-1f2e"),
    ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"),
    ("cloudformation:DeleteStack", f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/a-stack/1"),
    ("dynamodb:PutItem", f"arn:aws:dynamodb:eu-west-1:{BOT}:table/cspm-bot-Table-1X"),
    ("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{BOT}:function:cspm-bot-SlackFunction-1X"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{BOT}:cspm-bot-RunsQueue-1X"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{BOT}:secret:cspm/slack/bot-token-aBcDeF"),
    ("appconfig:StartDeployment", f"arn:aws:appconfig:eu-west-1:{BOT}:application/abc1234/environment/def5678"),
    ("events:PutEvents", f"arn:aws:events:eu-west-1:{BOT}:event-bus/cspm-bot-forwarded"),
)  # fmt: skip


def test_the_bots_resources_are_denied_explicitly() -> None:
    results = verdicts([with_everything(in_role("", resource), action) for action, resource in OWN])
    assert [one.result for one in results] == ["ExplicitlyDenied"] * len(OWN)


def test_a_group_that_is_off_allows_nothing() -> None:
    key = ("iam:UpdateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/omar")
    assert [one.allowed for one in verdicts([in_role(*key, "Storage"), in_role(*key, "Identity")])] == [False, True]


def test_only_listed_roles_may_be_passed() -> None:
    listed, other = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("flow-logs", "admin"))

    def passing(role: str, roles: str) -> Asked:
        return with_everything(in_role("", role, PassableRoles=roles), "iam:PassRole")

    found: list[Verdict] = verdicts([passing(listed, listed), passing(other, listed), passing(listed, "")])
    assert [one.allowed for one in found] == [True, False, False]


def test_the_remediation_role_may_not_assume_another_role() -> None:
    (verdict,) = verdicts([with_everything(in_role("", "arn:aws:iam::444444444444:role/any"), "sts:AssumeRole")])
    assert verdict.result == "ExplicitlyDenied"
