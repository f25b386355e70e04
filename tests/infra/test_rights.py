"""Each function's role allows what the function needs, by an evaluator of policies over the translated template."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from bot.runtime.bootstrap import BOT_TOKEN, DIGEST_KEY, GRANTS, SIGNING_SECRET
from infra.local.translate import Template, actions, of_type, statements, translated

ROLES = {function: f"{function.capitalize()}Role" for function in GRANTS}
WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem")
SECRETS = {BOT_TOKEN: "BotToken.Id", SIGNING_SECRET: "SigningSecret.Id", DIGEST_KEY: "DigestKey.Id"}
PREFIXES = (
    "F#111122223333#eu-west-1",
    "POSTURE#all",
    "CASE#1",
    "OPEN#111122223333",
    "ALIAS#111122223333#global",
    "MANIFEST#1",
    "DECISION#1",
    "RUN#1",
    "CHANGED#2026-09-21",
    "CHANNEL#C1",
    "PAUSE",
    "EXEMPTION",
    "COVER#111122223333",
    "APPROVALS#U1",
    "VOTES#01",
    "SNAPSHOT#all",
    "AUDIT#2026-09-21",
    "WALK",
)
REMEDIATE = {"CASE", "RUN", "CHANGED", "PAUSE", "EXEMPTION", "COVER", "APPROVALS", "VOTES", "AUDIT"}
MAY_PUT = {
    "ingest": {"F", "POSTURE", "CASE", "OPEN", "ALIAS", "AUDIT"},
    "plan": {"F", "POSTURE", "CASE", "OPEN", "ALIAS", "MANIFEST", "AUDIT", "WALK"},
    "cards": {"MANIFEST"},
    "slack": {"DECISION"},
    "remediate": REMEDIATE,
    "schedule": {"CASE", "SNAPSHOT", "AUDIT"},
    "events": set(),
}
MAY_UPDATE = MAY_PUT | {
    "cards": {"CHANNEL"},
    "slack": set(),
    "remediate": REMEDIATE | {"DECISION"},
}


@pytest.fixture(scope="module")
def template() -> Template:
    return translated()


def resolved(value: Any) -> Any:
    """Return a value with references as plain names, for an evaluator without CloudFormation."""
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        return ".".join(value["Fn::GetAtt"])
    if "Ref" in value:
        return value["Ref"]
    if "Fn::Sub" in value:
        return re.sub(r"\$\{([^}]+)\}", lambda name: name[1].replace("AWS::", ""), value["Fn::Sub"])
    return {key: resolved(item) for key, item in value.items()}


def may(template: Template, function: str, action: str, resource: str, **context: Any) -> bool:
    document = {"Version": "2012-10-17", "Statement": resolved(list(statements(template, ROLES[function])))}
    asked = EvalContext(
        principal_arn="",
        principal_type="AssumedRole",
        principal_account="999999999999",
        action=action,
        resource_arn=resource,
        region="eu-west-1",
        service_context={f"dynamodb:{name}": value for name, value in context.items()},
    )
    return bool(evaluate(asked, [parse_policy_document(document)]).decision == "Allow")


def writable(template: Template, function: str, action: str) -> set[str]:
    allowed = (key for key in PREFIXES if may(template, function, action, "Table.Arn", leadingkeys=[key]))
    return {key.split("#")[0] for key in allowed}


@pytest.mark.parametrize("function", GRANTS)
def test_a_function_writes_its_own_kinds_of_items_only(template: Template, function: str) -> None:
    assert writable(template, function, "dynamodb:PutItem") == MAY_PUT[function]
    assert writable(template, function, "dynamodb:UpdateItem") == MAY_UPDATE[function]
    assert not writable(template, function, "dynamodb:DeleteItem")


@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize("function", GRANTS)
def test_a_write_without_a_key_or_with_a_foreign_key_is_refused(template: Template, function: str, action: str) -> None:
    assert not may(template, function, action, "Table.Arn")
    assert not may(template, function, action, "Table.Arn", leadingkeys=["AUDIT#2026-09-21", "ELSE#1"])


def test_only_remediate_writes_runs_and_only_slack_writes_decisions(template: Template) -> None:
    assert [name for name in GRANTS if "RUN" in writable(template, name, "dynamodb:PutItem")] == ["remediate"]
    assert [name for name in GRANTS if "DECISION" in writable(template, name, "dynamodb:PutItem")] == ["slack"]


def test_the_sweep_may_change_the_due_marks_of_runs_only(template: Template) -> None:
    marks, more = ["pk", "sk", "due_sk"], ["pk", "sk", "due_sk", "state"]
    update = ("schedule", "dynamodb:UpdateItem", "Table.Arn")
    assert may(template, *update, leadingkeys=["RUN#1"], attributes=marks)
    assert not may(template, *update, leadingkeys=["RUN#1"], attributes=more)


def test_the_cards_function_may_write_rendering_state_but_no_decisions(template: Template) -> None:
    update = ("cards", "dynamodb:UpdateItem", "Table.Arn")
    shown = ["pk", "sk", "ts", "rendered", "held_until", "reminder_posted"]
    assert may(template, *update, leadingkeys=["CASE#1"], attributes=shown)
    for decided in ("state", "decision", "proposal", "exemption_request", "tags", "severity", "resource", "attempt"):
        assert not may(template, *update, leadingkeys=["CASE#1"], attributes=[*shown, decided])


@pytest.mark.parametrize("function", GRANTS)
def test_no_statement_has_wildcard_actions_or_resources(template: Template, function: str) -> None:
    for statement in statements(template, ROLES[function]):
        assert not any("*" in action for action in actions(statement))
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        assert "*" not in resources


def test_no_role_may_write_policies_secrets_or_roles(template: Template) -> None:
    held = {action for statement in statements(template) for action in actions(statement)}
    assert {action for action in held if action.startswith("appconfig:")} == {
        "appconfig:StartConfigurationSession",
        "appconfig:GetLatestConfiguration",
    }
    assert {action for action in held if action.startswith("secretsmanager:")} == {"secretsmanager:GetSecretValue"}
    assert not any(action.startswith("iam:") for action in held)


@pytest.mark.parametrize("function", GRANTS)
def test_a_role_allows_the_accounts_of_its_functions_world(template: Template, function: str) -> None:
    reader, remediation = (
        f"arn:Partition:iam::111122223333:role/{name}" for name in ("ReaderRoleName", "RemediationRoleName")
    )
    grants = GRANTS[function]
    assert may(template, function, "sts:AssumeRole", reader) is grants.reads_accounts
    assert may(template, function, "sts:AssumeRole", remediation) is grants.changes_accounts
    assert may(template, function, "sts:SetSourceIdentity", remediation) is grants.changes_accounts
    assert not may(template, function, "sts:AssumeRole", "arn:Partition:iam::111122223333:role/Admin")


def test_functions_with_slack_access_have_no_account_access(template: Template) -> None:
    for function in ("slack", "cards"):
        held = {action for statement in statements(template, ROLES[function]) for action in actions(statement)}
        assert not {action for action in held if action.startswith(("sts:", "securityhub:"))}


@pytest.mark.parametrize("function", GRANTS)
def test_a_role_allows_the_queues_of_its_functions_world(template: Template, function: str) -> None:
    queues = [name for name in of_type(template, "AWS::SQS::Queue") if name.endswith("Queue")]
    sends = {name for name in queues if may(template, function, "sqs:SendMessage", f"{name}.Arn")}
    assert sends == {f"{name.capitalize()}Queue" for name in GRANTS[function].sends_to}


@pytest.mark.parametrize("function", GRANTS)
def test_a_role_allows_the_secrets_and_security_hub_of_its_functions_world(template: Template, function: str) -> None:
    grants = GRANTS[function]
    reads = {name for name, arn in SECRETS.items() if may(template, function, "secretsmanager:GetSecretValue", arn)}
    assert reads == grants.secrets
    hub = "arn:Partition:securityhub:Region:AccountId:hub/default"
    assert may(template, function, "securityhub:GetFindings", hub) is grants.reads_hub
    assert may(template, function, "securityhub:BatchUpdateFindings", hub) is grants.writes_hub
    assert may(template, function, "s3:PutObject", "AuditBucket.Arn/audit/2026-09-22/09.jsonl") is grants.archives_audit
    assert not may(template, function, "s3:DeleteObject", "AuditBucket.Arn/audit/2026-09-22/09.jsonl")
    assert may(template, function, "events:PutEvents", "CaseBus.Arn") is grants.publishes_events
    assert may(template, function, "dynamodb:DescribeTable", "Table.Arn") is grants.places_cases


def test_each_function_has_its_own_role(template: Template) -> None:
    roles = [
        function["Properties"]["Role"]["Fn::GetAtt"][0]
        for function in of_type(template, "AWS::Lambda::Function").values()
    ]
    assert sorted(roles) == sorted([*ROLES.values(), "ConfigRuleRole"])
