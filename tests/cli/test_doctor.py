"""`cspm doctor` and `cspm redrive`, on the deployed stack."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
import yaml

from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.adapters.slack.scopes import Granted
from bot.cli.deployment import Deployment, found
from bot.cli.doctor.checks import Line, lines
from bot.cli.doctor.command import report
from bot.cli.redrive import chosen, redrive
from bot.domain.errors import BadInput, Unknown
from bot.domain.ports import Put
from bot.slack.scopes import FEATURE_SCOPES, METHOD_SCOPES
from bot.store import keys
from infra.local.artefact import sources
from infra.local.deploy import STACK, deploy
from infra.local.ministack import Ministack
from infra.local.translate import ROOT
from tests.cli.command_line import Answer, Cspm
from tests.infra.workspace_client import poll

SCOPES = frozenset({scope for scopes in METHOD_SCOPES.values() for scope in scopes} | set(FEATURE_SCOPES))
POLICY = """
version: 1
teams: [T0ACME]
fallback_channel: C0SECFALL
routes: [{channel: C0SECURITY, approvers: {users: [U01DANA]}}]
"""


class Typed(Protocol):
    """A command line and what is answered to its questions → what the shell sees."""

    def __call__(self, *words: str, answers: str = "") -> Answer: ...


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


def test_a_bus_that_is_open_to_the_organisation_is_well_once_something_came(
    aws: Ministack, deployment: Deployment
) -> None:
    assert (
        seen(deployment)["forwarding"].said == "the bus is not open to the organisation"
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
    assert (looked.ok, looked.said) == (False, "0 compliance changes forwarded in a week")
    assert "infra/forward.yaml" in looked.mend
    rule = deployment.ids["ForwardedRule"].rsplit("|", 1)[-1]
    here = [{"Name": "EventBusName", "Value": deployment.ids["ForwardedBus"]}, {"Name": "RuleName", "Value": rule}]
    came = {"MetricName": "TriggeredRules", "Dimensions": here, "Value": 2.0}
    aws.client("cloudwatch").put_metric_data(Namespace="AWS/Events", MetricData=[came])
    assert seen(deployment)["forwarding"].said == "2 compliance changes forwarded in a week"
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


@pytest.fixture
def typed(aws: Ministack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """`cspm`, typed in a shell that has this stack's credentials, with answers to what it asks."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.account)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")

    def answering(*words: str, answers: str = "") -> Answer:
        monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
        return Cspm(capsys)(*words, "--stack", STACK, "--region", aws.region)

    return answering


def test_each_queue_is_asked_about_and_only_a_yes_moves_it(
    aws: Ministack, deployment: Deployment, typed: Typed
) -> None:
    bury(aws, deployment, "Answers", '{"kind": "x"}')
    bury(aws, deployment, "Plan", '{"kind": "x"}', '{"kind": "y"}')
    answer = typed("redrive", "answers", "plan", answers="no\ny\n")
    assert answer.code == 0
    assert "Answers: move 1 dead letter back to the queue? Has the cause been mended? [y/N] " in answer.out
    assert "Answers: left alone" in answer.out
    assert "Plan: 2 moved" in answer.out
    assert (deployment.messages("AnswersDeadLetters"), deployment.messages("PlanDeadLetters")) == (1, 0)


@pytest.mark.parametrize("answers", ["", "\n", "N\n", "yesterday\n"])
def test_anything_but_a_yes_leaves_them_where_they_are(
    aws: Ministack, deployment: Deployment, typed: Typed, answers: str
) -> None:
    bury(aws, deployment, "Decisions", '{"kind": "x"}')
    before = deployment.messages("DecisionsDeadLetters")
    assert "Decisions: left alone" in typed("redrive", "decisions", answers=answers).out
    assert deployment.messages("DecisionsDeadLetters") == before > 0


def test_who_says_yes_beforehand_is_not_asked(aws: Ministack, deployment: Deployment, typed: Typed) -> None:
    bury(aws, deployment, "Proofs", '{"kind": "x"}')
    answer = typed("redrive", "proofs", "--yes")
    assert (answer.code, answer.out) == (0, "Proofs: 1 moved\n")
    assert typed("redrive", "proofs").out == "no dead letters\n"


def test_a_queue_that_is_none_is_refused_before_anything_is_asked(typed: Typed) -> None:
    answer = typed("redrive", "nothing", answers="y\n")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no queue nothing; there are: answers, cards, decisions" in answer.err


def test_an_event_that_was_buried_is_stored_after_all_and_what_nobody_can_read_harms_nothing(
    aws: Ministack, deployment: Deployment, typed: Typed
) -> None:
    """The ingest function runs on the emulator, as deployed: it takes the one and refuses the other."""
    event = (ROOT / "tests" / "events" / "securityhub_passed.json").read_text()
    bury(aws, deployment, "Ingest", "poison: no JSON at all", event)
    assert typed("redrive", "ingest", answers="yes\n").out.endswith("Ingest: 2 moved\n")

    def stored() -> bool:
        rows = aws.client("dynamodb").scan(TableName=deployment.outputs["TableName"])["Items"]
        return any(row["pk"]["S"].startswith("F#") for row in rows)

    assert poll(stored, 60)
    assert deployment.messages("IngestDeadLetters") == 0


def test_a_queue_or_a_stack_that_is_none_is_refused(aws: Ministack, deployment: Deployment) -> None:
    with pytest.raises(BadInput, match="there is no queue nothing"):
        chosen(deployment, ["nothing"])
    with pytest.raises(Unknown, match="the stack another cannot be seen here"):
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
