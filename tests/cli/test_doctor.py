"""`cspm doctor` and `cspm redrive`, on the deployed stack."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from bot.adapters.dynamodb_table import DynamoTable
from bot.adapters.slack_scopes import Granted
from bot.cli.checks import Line, lines
from bot.cli.deployment import Deployment, found
from bot.cli.doctor import report
from bot.cli.redrive import chosen, redrive
from bot.domain.errors import BadInput, Unknown
from bot.domain.ports import Put
from bot.slack.scopes import OF_FEATURES, OF_METHODS
from bot.store import keys
from infra.local.artefact import sources
from infra.local.deploy import STACK, deploy
from infra.local.ministack import Ministack
from infra.local.translate import ROOT

SCOPES = frozenset({scope for scopes in OF_METHODS.values() for scope in scopes} | set(OF_FEATURES))
POLICY = """
version: 1
teams: [T0ACME]
fallback_channel: C0SECFALL
routes: [{channel: C0SECURITY, approvers: {users: [U01DANA]}}]
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    """A ministack of this module's own, with the bot's stack on it."""
    with Ministack(tmp_path_factory.mktemp("doctor")) as running:
        deploy(running, {}, sources())
        yield running


@pytest.fixture
def deployment(aws: Ministack) -> Deployment:
    return found(STACK, clients=aws.client)


def seen(deployment: Deployment, *accounts: str, scopes: frozenset[str] = SCOPES) -> dict[str, Line]:
    def ask_slack(_token: str) -> Granted:
        return Granted("T0ACME", "", scopes)

    return {line.check: line for line in lines(deployment, accounts, ask_slack)}


def fill(aws: Ministack, name: str, value: str) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId=f"cspm/{name}", SecretString=value)


def test_a_fresh_deployment_lacks_its_secrets_and_its_policy(deployment: Deployment) -> None:
    looked = seen(deployment)
    assert looked["stack"].ok
    assert looked["table"].ok
    assert all(looked[f"rule {name}"].ok for name in ("HubRule", "ConfigRule", "ForwardedRule"))
    assert looked["secret slack/bot-token"].ok is False
    assert "put-secret-value --secret-id cspm/slack/bot-token" in looked["secret slack/bot-token"].mend
    assert looked["secret digest-key"].ok
    assert looked["policy"].ok is False


def test_what_cannot_be_known_is_no_health(deployment: Deployment) -> None:
    assert seen(deployment)["aggregator"].ok is None  # ministack has no Security Hub


def test_a_policy_and_secrets_that_are_there_are_well(aws: Ministack, deployment: Deployment) -> None:
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
    assert looked["secret slack/signing-secret"].said == "filled, one is being replaced"
    assert looked["secret slack/bot-token"].ok
    assert looked["policy"].ok, looked["policy"]
    assert looked["slack"].ok


def test_a_scope_that_is_missing_is_named(aws: Ministack, deployment: Deployment) -> None:
    fill(aws, "slack/bot-token", "xoxb-1")
    looked = seen(deployment, scopes=SCOPES - {"users:read"})["slack"]
    assert (looked.ok, "missing users:read" in looked.said) == (False, True)


def test_a_rule_that_is_off_is_bad(aws: Ministack, deployment: Deployment) -> None:
    name = deployment.ids["HubRule"]
    aws.client("events").disable_rule(Name=name)
    assert seen(deployment)["rule HubRule"].ok is False
    aws.client("events").enable_rule(Name=name)


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
    assert looked["audit bucket"].said == f"{bucket} keeps what it has for 400 days (governance)"
    assert looked["audit export"].ok is False
    key, now = keys.export(), datetime.now(UTC)
    table = DynamoTable(aws.client("dynamodb"), deployment.outputs["TableName"])
    for hours, well in ((2, True), (4, False)):
        table.write([Put({"pk": key.pk, "sk": key.sk, "upto": keys.stamp(now - timedelta(hours=hours))})])
        assert seen(deployment)["audit export"].ok is well


def bury(aws: Ministack, deployment: Deployment, name: str, *bodies: str) -> None:
    url = deployment.ids[f"{name}DeadLetters"]
    for at, body in enumerate(bodies):
        fifo = {"MessageGroupId": "g", "MessageDeduplicationId": f"{body}{at}"} if url.endswith(".fifo") else {}
        aws.client("sqs").send_message(QueueUrl=url, MessageBody=body, **fifo)


def test_dead_letters_are_bad_and_redrive_brings_them_back(aws: Ministack, deployment: Deployment) -> None:
    unread = '{"kind": "nobody reads this"}'
    bury(aws, deployment, "Proofs", unread, unread, unread)
    assert seen(deployment)["queue proofs"].ok is False
    assert chosen(deployment, ["proofs"]) == [("Proofs", 3)]
    assert redrive(deployment, "Proofs") == 3
    assert deployment.messages("ProofsDeadLetters") == 0


def test_a_fifo_queue_gets_its_dead_letters_in_their_group(aws: Ministack, deployment: Deployment) -> None:
    bury(aws, deployment, "Runs", '{"kind": "x"}', '{"kind": "y"}')
    assert redrive(deployment, "Runs") == 2
    assert chosen(deployment, ["runs"]) == []


def test_a_queue_or_a_stack_that_is_none_is_refused(aws: Ministack, deployment: Deployment) -> None:
    with pytest.raises(BadInput, match="there is no queue nothing"):
        chosen(deployment, ["nothing"])
    with pytest.raises(Unknown, match="there is no stack another"):
        found("another", clients=aws.client)


def test_the_doctor_asks_for_the_scopes_of_the_apps_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "infra" / "slack" / "manifest.yaml").read_text())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_the_report_says_how_to_mend_what_is_bad_and_what_is_not_known() -> None:
    out = io.StringIO()
    told = [Line("a", ok=True, said="fine", mend="x"), Line("b", ok=False, said="off", mend="turn it on")]
    assert report(told[:1], out)
    assert not report(told, out)
    assert not report([Line("c", ok=None, said="not known", mend="ask")], out)
    assert "→ turn it on" in out.getvalue()
    assert "→ x" not in out.getvalue()
