"""What an account grants the bot: reading; more only where it says so, and never without a name."""

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


def test_the_template_is_what_the_catalogue_makes_of_it() -> None:
    fresh = member_template()
    assert (INFRA / "member.yaml").read_text() == fresh, "stale: cspm catalogue --member-template > infra/member.yaml"


def test_an_account_that_says_nothing_is_read_and_nothing_else() -> None:
    assert list(resources()) == ["ReaderRole"]


def test_an_account_that_allows_remediation_keeps_identity_to_itself() -> None:
    found = resources(AllowRemediation="yes")
    assert "RemediationRole" in found
    assert "IdentityPolicy" not in found
    assert "IdentityPolicy" in resources(AllowRemediation="yes", AllowIdentity="yes")


def test_a_group_alone_allows_nothing() -> None:
    assert list(resources(AllowIdentity="yes")) == ["ReaderRole"]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.id)
def test_the_reader_role_has_every_reading_and_one_group_every_writing(recipe: Remediation) -> None:
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


def test_whatever_writes_identities_is_in_the_group_that_is_off() -> None:
    """Handing on a listed role writes no identity (PassableRoles decides), nor does making a role that is AWS's own."""
    harmless = {PASS_ROLE, LINKED_ROLE}
    harmless = {PASS_ROLE, "iam:CreateServiceLinkedRole"}
    writers = [one for one in RECIPES if any(a.startswith("iam:") for a in set(one.writes) - harmless)]
    assert {group_of(one) for one in writers} == {"Identity"}
    assert FRESH["Parameters"]["AllowIdentity"]["Default"] == "no"


def test_a_service_in_no_group_is_refused_by_name() -> None:
    class Exotic(type(RECIPES[0])):  # type: ignore[misc] # a recipe made up
        writes = ("braket:CancelJob",)

    with pytest.raises(ValueError, match="Exotic writes \\['braket'\\]"):
        group_of(Exotic())


def test_every_document_fits() -> None:
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


# ---- who may enter


def entering(
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


def may_enter(*asked: Asked) -> list[bool]:
    return [one.allowed for one in verdicts(asked)]


def test_the_bots_own_functions_enter_and_no_others() -> None:
    functions = ("ingest", "plan", "cards", "slack", "remediate", "schedule", "config-rule", "x")
    assert may_enter(*(entering(name, READER) for name in functions)) == [
        name in ("plan", "remediate") for name in functions
    ]
    assert may_enter(*(entering(name) for name in functions)) == [name == "remediate" for name in functions]
    rules = f"arn:aws:iam::{ACCOUNT}:role/cspm-bot-rules"
    assert may_enter(*(entering(name, rules) for name in functions)) == [name == "config-rule" for name in functions]


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
def test_without_word_organisation_or_a_persons_name_nobody_changes_anything(changed: dict[str, Any]) -> None:
    assert may_enter(entering(**changed)) == [False]


def test_the_name_that_shall_stand_in_cloudtrail_may_be_set_by_the_remediating_function_alone() -> None:
    word: dict[str, Any] = {"sts:ExternalId": None}  # AWS knows no external id for this action
    asked = [entering(name, action="sts:SetSourceIdentity", **word) for name in ("remediate", "plan")]
    assert may_enter(*asked) == [True, False]


# ---- what may be done inside


def inside(action: str, resource: str, *groups: str, **parameters: str) -> Asked:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/cspm-bot-remediation/run"
    return Asked(session, action, resource, ACCOUNT, rights(*groups, **parameters))


def plus(asked: Asked, action: str) -> Asked:
    """The same with every right: what is still refused is refused by a guard rail."""
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


def test_whatever_else_is_allowed_the_bots_own_parts_are_not() -> None:
    results = verdicts([plus(inside("", resource), action) for action, resource in OWN])
    assert [one.result for one in results] == ["ExplicitlyDenied"] * len(OWN)


def test_a_group_that_is_off_allows_nothing_of_it() -> None:
    key = ("iam:UpdateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/omar")
    assert [one.allowed for one in verdicts([inside(*key, "Storage"), inside(*key, "Identity")])] == [False, True]


def test_a_role_is_handed_on_only_if_it_is_listed() -> None:
    listed, other = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("flow-logs", "admin"))

    def passing(role: str, roles: str) -> Asked:
        return plus(inside("", role, PassableRoles=roles), "iam:PassRole")

    found: list[Verdict] = verdicts([passing(listed, listed), passing(other, listed), passing(listed, "")])
    assert [one.allowed for one in found] == [True, False, False]


def test_the_remediation_role_goes_nowhere_else() -> None:
    (verdict,) = verdicts([plus(inside("", "arn:aws:iam::444444444444:role/any"), "sts:AssumeRole")])
    assert verdict.result == "ExplicitlyDenied"
