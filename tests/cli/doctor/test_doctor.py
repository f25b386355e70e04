"""`cspm doctor`, on the deployed stack."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import yaml

from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.adapters.slack.scopes import TokenScopes
from bot.cli.deployment import Deployment
from bot.cli.doctor.checks import CheckResult, run_checks
from bot.cli.doctor.command import as_object, report
from bot.domain.ports import Put
from bot.slack.scopes import FEATURE_SCOPES, METHOD_SCOPES
from bot.store import keys
from infra.local.ministack import Ministack
from infra.local.translate import ROOT
from tests.cli.deployed import aws, deployment

__all__ = ["aws", "deployment"]

SCOPES = frozenset({scope for scopes in METHOD_SCOPES.values() for scope in scopes} | set(FEATURE_SCOPES))
POLICY = """
version: 1
teams: [T0ACME]
fallback_channel: C0SECFALL
routes: [{channel: C0SECURITY, approvers: {users: [U01DANA]}}]
"""


def seen(deployment: Deployment, *accounts: str, scopes: frozenset[str] = SCOPES) -> dict[str, CheckResult]:
    def ask_slack(_token: str) -> TokenScopes:
        return TokenScopes("T0ACME", "", scopes)

    return {line.check: line for line in run_checks(deployment, accounts, ask_slack)}


def fill(aws: Ministack, name: str, value: str) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId=f"cspm/{name}", SecretString=value)


def test_a_fresh_deployment_lacks_its_secrets_and_its_policy(deployment: Deployment) -> None:
    looked = seen(deployment)
    assert looked["stack"].ok
    assert looked["table"].ok
    assert all(looked[f"rule {name}"].ok for name in ("HubRule", "ConfigRule", "ForwardedRule"))
    assert looked["secret slack/bot-token"].ok is False
    assert "put-secret-value --secret-id cspm/slack/bot-token" in looked["secret slack/bot-token"].fix
    assert looked["secret digest-key"].ok
    assert looked["policy"].ok is False


def test_an_unknown_state_is_not_ok(deployment: Deployment) -> None:
    assert seen(deployment)["aggregator"].ok is None  # ministack has no Security Hub


def test_a_deployed_policy_and_set_secrets_are_ok(aws: Ministack, deployment: Deployment) -> None:
    fill(aws, "slack/signing-secret", json.dumps({"current": "new", "previous": "old"}))
    fill(aws, "slack/bot-token", "xoxb-1")
    appconfig, outputs = aws.client("appconfig"), deployment.outputs
    place = {"ApplicationId": outputs["PolicyApplicationId"], "ConfigurationProfileId": outputs["PolicyProfileId"]}
    version = appconfig.create_hosted_configuration_version(**place, Content=POLICY.encode(), ContentType="text/yaml")
    appconfig.start_deployment(
        **place,
        EnvironmentId=outputs["PolicyEnvironmentId"],
        ConfigurationVersion=str(version["VersionNumber"]),
        DeploymentStrategyId="AppConfig.AllAtOnce",
    )
    looked = seen(deployment)
    assert looked["secret slack/signing-secret"].detail == "filled, one is being replaced"
    assert looked["secret slack/bot-token"].ok
    assert looked["policy"].ok, looked["policy"]
    assert looked["slack"].ok


def test_a_scope_that_is_missing_is_named(aws: Ministack, deployment: Deployment) -> None:
    fill(aws, "slack/bot-token", "xoxb-1")
    looked = seen(deployment, scopes=SCOPES - {"users:read"})["slack"]
    assert (looked.ok, "missing users:read" in looked.detail) == (False, True)


def test_a_disabled_rule_is_not_ok(aws: Ministack, deployment: Deployment) -> None:
    name = deployment.ids["HubRule"]
    aws.client("events").disable_rule(Name=name)
    assert seen(deployment)["rule HubRule"].ok is False
    aws.client("events").enable_rule(Name=name)


def test_a_bus_that_is_open_to_the_organisation_is_well_once_something_came(
    aws: Ministack, deployment: Deployment
) -> None:
    assert (
        seen(deployment)["forwarding"].detail == "the bus is not open to the organisation"
    )  # ministack drops its policy
    organisation = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-localstack1"}
    aws.client("events").put_permission(
        EventBusName=deployment.ids["ForwardedBus"],
        StatementId="OrganisationOnly",
        Action="events:PutEvents",
        Principal="*",
        Condition=organisation,
    )
    looked = seen(deployment)["forwarding"]
    assert (looked.ok, looked.detail) == (False, "0 compliance changes forwarded in a week")
    assert "infra/forward.yaml" in looked.fix
    rule = deployment.ids["ForwardedRule"].rsplit("|", 1)[-1]
    here = [{"Name": "EventBusName", "Value": deployment.ids["ForwardedBus"]}, {"Name": "RuleName", "Value": rule}]
    came = {"MetricName": "TriggeredRules", "Dimensions": here, "Value": 2.0}
    aws.client("cloudwatch").put_metric_data(Namespace="AWS/Events", MetricData=[came])
    assert seen(deployment)["forwarding"].detail == "2 compliance changes forwarded in a week"
    assert seen(deployment)["forwarding"].ok


def test_an_audit_bucket_that_locks_nothing_and_an_export_that_is_late_are_bad(
    aws: Ministack, deployment: Deployment
) -> None:
    s3, bucket = aws.client("s3"), deployment.outputs["AuditBucketName"]
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 400}}
    assert seen(deployment)["audit"].ok is None  # ministack makes the bucket without Object Lock
    s3.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    looked = seen(deployment)
    assert looked["audit bucket"].detail == f"{bucket} keeps what it has for 400 days (governance)"
    assert looked["audit export"].ok is False
    key, now = keys.export(), datetime.now(UTC)
    table = DynamoTable(aws.client("dynamodb"), deployment.outputs["TableName"])
    for hours, well in ((2, True), (4, False)):
        table.write([Put({"pk": key.pk, "sk": key.sk, "upto": keys.stamp(now - timedelta(hours=hours))})])
        assert seen(deployment)["audit export"].ok is well


def test_dead_letters_are_bad(aws: Ministack, deployment: Deployment) -> None:
    aws.client("sqs").send_message(QueueUrl=deployment.ids["ProofsDeadLetters"], MessageBody='{"kind": "x"}')
    assert seen(deployment)["queue proofs"].ok is False


def test_the_doctor_asks_for_the_scopes_of_the_apps_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "infra" / "slack" / "manifest.yaml").read_text())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_the_report_has_a_fix_for_failed_and_unknown_checks() -> None:
    out = io.StringIO()
    told = [
        CheckResult("a", ok=True, detail="fine", fix="x"),
        CheckResult("b", ok=False, detail="off", fix="turn it on"),
    ]
    assert report(told[:1], out)
    assert not report(told, out)
    assert not report([CheckResult("c", ok=None, detail="not known", fix="ask")], out)
    assert "→ turn it on" in out.getvalue()
    assert "→ x" not in out.getvalue()


def test_the_keys_of_the_json_output_are_an_interface() -> None:
    result = CheckResult("a", ok=None, detail="not known", fix="ask")
    assert as_object(result) == {"check": "a", "ok": None, "said": "not known", "mend": "ask"}
