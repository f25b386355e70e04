"""What `cspm doctor` looks at. Each check says what is so; where it is not as it should be, how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.adapters.aws.appconfig import AppConfigPolicies
from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.adapters.aws.errors import AWS_PROBLEMS, code_of, known_or
from bot.adapters.aws.secrets import ManagedSecrets
from bot.adapters.slack.scopes import Granted, granted
from bot.cli.deployment import Deployment
from bot.domain.errors import CspmError, PolicyInvalid, Unknown
from bot.messages import CheckAccountAccess, to_json
from bot.policy_file import parse
from bot.slack.scopes import FEATURE_SCOPES, METHOD_SCOPES
from bot.store import keys

SETTLED: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")
_SECRETS: Final = ("slack/signing-secret", "slack/bot-token", "digest-key")
_RULES: Final[Mapping[str, str]] = {"HubRule": "", "ConfigRule": "", "ForwardedRule": "ForwardedBus"}
EXPORT_DUE: Final = timedelta(hours=3)
"""As `AuditExportAlarm`."""

_LOOK_BACK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One finding of the doctor: `ok` None means that it could not be known."""

    check: str
    ok: bool | None
    said: str
    mend: str = ""


def good(check: str, said: str) -> Line:
    """As it should be."""
    return Line(check, ok=True, said=said)


def bad(check: str, said: str, mend: str) -> Line:
    """Not as it should be."""
    return Line(check, ok=False, said=said, mend=mend)


AskSlack = Callable[[str], Granted]


def lines(deployment: Deployment, accounts: tuple[str, ...] = (), ask_slack: AskSlack = granted) -> Iterator[Line]:
    """Every check in order. A check that fails to know says so, and the next one goes on."""
    checks: tuple[tuple[str, Callable[[], Iterator[Line]]], ...] = (
        ("stack", lambda: _stack(deployment)),
        ("table", lambda: _table(deployment)),
        ("queues", lambda: _queues(deployment)),
        ("events", lambda: _rules(deployment)),
        ("secrets", lambda: _secrets(deployment)),
        ("policy", lambda: _policy(deployment)),
        ("slack", lambda: _slack(deployment, ask_slack)),
        ("alarms", lambda: _alarms(deployment)),
        ("audit", lambda: _audit(deployment)),
        ("aggregator", lambda: _aggregator(deployment)),
        ("forwarding", lambda: _forwarding(deployment)),
        *(("account", lambda account=account: _account(deployment, account)) for account in accounts),
    )
    for name, check in checks:
        try:
            yield from check()
        except CspmError as problem:
            yield Line(name, None, f"not known: {problem}", "are your credentials allowed to look?")
        except AWS_PROBLEMS as problem:
            yield Line(name, None, f"not known: {code_of(problem)}", "are your credentials allowed to look?")


def _stack(deployment: Deployment) -> Iterator[Line]:
    yield Line(
        "stack",
        deployment.status in SETTLED,
        f"{deployment.stack} is {deployment.status}",
        "look at its events: aws cloudformation describe-stack-events; then `make deploy` again",
    )


def _table(deployment: Deployment) -> Iterator[Line]:
    table = deployment.client("dynamodb").describe_table(TableName=deployment.outputs["TableName"])["Table"]
    said = f"{table['TableName']} is {table['TableStatus']}"
    yield Line("table", table["TableStatus"] == "ACTIVE", said, "wait, or restore it from a point in time")


def _queues(deployment: Deployment) -> Iterator[Line]:
    for name in deployment.queues:
        dead, waiting = deployment.messages(f"{name}DeadLetters"), deployment.messages(f"{name}Queue")
        mend = f"read the alarm {name}DeadLettersAlarm, mend the cause, then `cspm redrive {name.lower()}`"
        yield Line(f"queue {name.lower()}", dead == 0, f"{waiting} waiting, {dead} dead letters", mend)


def _rules(deployment: Deployment) -> Iterator[Line]:
    events = deployment.client("events")
    for logical, bus in _RULES.items():
        there = {"EventBusName": deployment.ids[bus]} if bus else {}
        rule = events.describe_rule(Name=deployment.ids[logical].rsplit("|", 1)[-1], **there)
        state = rule.get("State", "ENABLED")
        yield Line(
            f"rule {logical}", state == "ENABLED", state.lower(), f"aws events enable-rule --name {rule['Name']}"
        )


def _own_secrets(deployment: Deployment) -> ManagedSecrets:
    prefix = deployment.parameters.get("SecretPrefix", "cspm/")
    return ManagedSecrets(deployment.client("secretsmanager"), prefix)


def _secrets(deployment: Deployment) -> Iterator[Line]:
    secrets = _own_secrets(deployment)
    prefix = deployment.parameters.get("SecretPrefix", "cspm/")
    for name in _SECRETS:
        mend = f"aws secretsmanager put-secret-value --secret-id {prefix}{name} --secret-string file://…"
        try:
            values = secrets.all(name)
        except Unknown as problem:
            yield bad(f"secret {name}", str(problem), mend)
            continue
        wrong = name.endswith("bot-token") and not values[0].startswith("xoxb-")
        said = (
            "is no bot token (xoxb-…)" if wrong else "filled" + (", one is being replaced" if len(values) > 1 else "")
        )
        yield Line(f"secret {name}", not wrong, said, mend)


def _policy(deployment: Deployment) -> Iterator[Line]:
    policies = AppConfigPolicies(
        deployment.client("appconfigdata"),
        application=deployment.outputs["PolicyApplicationId"],
        environment=deployment.outputs["PolicyEnvironmentId"],
        profile=deployment.outputs["PolicyProfileId"],
    )
    mend = "`cspm policy check FILE`, then deploy it with AppConfig (infra/docs/policy.md)"
    try:
        text, version = policies.text()
        policy = parse(text, version)
    except PolicyInvalid as problem:
        yield bad("policy", f"version is not valid: {problem.problems[0]}", mend)
        return
    except Unknown as problem:
        yield bad("policy", str(problem), mend)
        return
    yield good("policy", f"version {version}, {len(policy.routes)} routes")


def _slack(deployment: Deployment, ask_slack: AskSlack) -> Iterator[Line]:
    have = ask_slack(_own_secrets(deployment).get("slack/bot-token"))
    needed = {scope for scopes in METHOD_SCOPES.values() for scope in scopes} | set(FEATURE_SCOPES)
    missing = sorted(needed - have.scopes)
    said = f"workspace {have.team or have.enterprise}; " + (
        f"missing {', '.join(missing)}" if missing else "all scopes"
    )
    yield Line("slack", not missing, said, "update the app by infra/slack/manifest.yaml, and install it again")


def _alarms(deployment: Deployment) -> Iterator[Line]:
    ringing = deployment.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"{deployment.stack}-", StateValue="ALARM"
    )["MetricAlarms"]
    if not ringing:
        yield good("alarms", "none rings")
    for alarm in ringing:
        yield bad(f"alarm {alarm['AlarmName']}", "rings", alarm.get("AlarmDescription", ""))


def _audit(deployment: Deployment) -> Iterator[Line]:
    bucket = deployment.outputs["AuditBucketName"]
    with known_or(Unknown, f"cannot look into the bucket {bucket}"):
        lock = deployment.client("s3").get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    kept = lock.get("Rule", {}).get("DefaultRetention", {})
    said = f"{bucket} keeps what it has for {kept['Days']} days ({kept['Mode'].lower()})" if kept else "locks nothing"
    yield Line("audit bucket", bool(kept), said, "deploy the stack again; Object Lock is part of its template")
    table = DynamoTable(deployment.client("dynamodb"), deployment.outputs["TableName"])
    upto = str((table.get(keys.export()) or {}).get("upto", ""))
    late = not upto or datetime.now(UTC) - keys.parse(upto) > EXPORT_DUE
    said = f"exported up to {upto}" if upto else "nothing was exported yet"
    yield Line("audit export", not late, said, "read the schedule function's log; within an hour of a deployment, wait")


def _aggregator(deployment: Deployment) -> Iterator[Line]:
    hub = deployment.client("securityhub")
    mend = "deploy infra/posture.yaml with EnableAggregator=yes in the bot's Region, or the bot in the aggregator's"
    with known_or(Unknown, "cannot ask Security Hub"):
        arns = [one["FindingAggregatorArn"] for one in hub.list_finding_aggregators()["FindingAggregators"]]
    regions = [arn.split(":")[3] for arn in arns]
    here = hub.meta.region_name
    said = f"findings gather in {', '.join(regions)}; the bot is in {here}" if regions else "no Region gathers findings"
    yield Line("aggregator", here in regions, said, mend)


def _forwarding(deployment: Deployment) -> Iterator[Line]:
    events = deployment.client("events")
    policy = json.loads(events.describe_event_bus(Name=deployment.ids["ForwardedBus"]).get("Policy") or "{}")
    if "aws:PrincipalOrgID" not in json.dumps(policy):
        yield bad("forwarding", "the bus is not open to the organisation", "deploy the stack again")
        return
    seen = _matched(deployment)
    said = f"{seen} compliance changes forwarded in a week"
    yield Line("forwarding", seen > 0, said, "deploy infra/forward.yaml in each account and Region (a stack set)")


def _matched(deployment: Deployment) -> int:
    now = datetime.now(UTC)
    bus, rule = deployment.ids["ForwardedBus"], deployment.ids["ForwardedRule"].rsplit("|", 1)[-1]
    points: list[dict[str, Any]] = deployment.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Events",
        MetricName="TriggeredRules",
        Dimensions=[{"Name": "EventBusName", "Value": bus}, {"Name": "RuleName", "Value": rule}],
        StartTime=now - _LOOK_BACK,
        EndTime=now,
        Period=int(_LOOK_BACK.total_seconds()),
        Statistics=["Sum"],
    )["Datapoints"]
    return int(sum(point["Sum"] for point in points))


def _account(deployment: Deployment, account: str) -> Iterator[Line]:
    """Have the plan function itself enter the account: nobody else may (infra/member.yaml)."""
    record = {
        "messageId": "doctor",
        "receiptHandle": "doctor",
        "body": json.dumps(to_json(CheckAccountAccess(account_id=account))),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSourceARN": "doctor:plan",
    }
    answer = deployment.client("lambda").invoke(
        FunctionName=deployment.ids["PlanFunction"], Payload=json.dumps({"Records": [record]}).encode()
    )
    said = json.loads(answer["Payload"].read() or b"{}")
    reached = "FunctionError" not in answer and not said.get("batchItemFailures")
    yield Line(
        f"account {account}",
        reached,
        "its reader role lets the bot in" if reached else "its reader role does not let the bot in",
        "deploy infra/member.yaml there with this bot's account, stack name and external id; the plan function's log "
        "has STS's own words",
    )
