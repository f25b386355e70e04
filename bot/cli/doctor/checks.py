"""The checks of `cspm doctor`. Each result has the state of a part and, for a problem, its fix."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.adapters.aws.appconfig import AppConfigPolicies
from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.adapters.aws.errors import AWS_ERRORS, aws_errors_as, code_of
from bot.adapters.aws.secrets import ManagedSecrets
from bot.adapters.slack.scopes import TokenScopes, token_scopes
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
"""As in `AuditExportAlarm`."""

_METRIC_PERIOD: Final = timedelta(days=7)


@dataclass(frozen=True)
class CheckResult:
    """The result of one check; `ok` is None if the state could not be read."""

    check: str
    ok: bool | None
    detail: str
    fix: str = ""


def passed(check: str, detail: str) -> CheckResult:
    return CheckResult(check, ok=True, detail=detail)


def failed(check: str, detail: str, fix: str) -> CheckResult:
    return CheckResult(check, ok=False, detail=detail, fix=fix)


AskSlack = Callable[[str], TokenScopes]


def run_checks(
    deployment: Deployment, accounts: tuple[str, ...] = (), ask_slack: AskSlack = token_scopes
) -> Iterator[CheckResult]:
    """Run the checks in order. A check that cannot read the state yields a result with `ok` None, and the next runs."""
    checks: tuple[tuple[str, Callable[[], Iterator[CheckResult]]], ...] = (
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
            yield CheckResult(name, None, f"not known: {problem}", "are your credentials allowed to look?")
        except AWS_ERRORS as problem:
            yield CheckResult(name, None, f"not known: {code_of(problem)}", "are your credentials allowed to look?")


def _stack(deployment: Deployment) -> Iterator[CheckResult]:
    yield CheckResult(
        "stack",
        deployment.status in SETTLED,
        f"{deployment.stack} is {deployment.status}",
        "look at its events: aws cloudformation describe-stack-events; then `make deploy` again",
    )


def _table(deployment: Deployment) -> Iterator[CheckResult]:
    table = deployment.client("dynamodb").describe_table(TableName=deployment.outputs["TableName"])["Table"]
    detail = f"{table['TableName']} is {table['TableStatus']}"
    yield CheckResult("table", table["TableStatus"] == "ACTIVE", detail, "wait, or restore it from a point in time")


def _queues(deployment: Deployment) -> Iterator[CheckResult]:
    for name in deployment.queues:
        dead, waiting = deployment.messages(f"{name}DeadLetters"), deployment.messages(f"{name}Queue")
        fix = f"read the alarm {name}DeadLettersAlarm, mend the cause, then `cspm redrive {name.lower()}`"
        yield CheckResult(f"queue {name.lower()}", dead == 0, f"{waiting} waiting, {dead} dead letters", fix)


def _rules(deployment: Deployment) -> Iterator[CheckResult]:
    events = deployment.client("events")
    for logical, bus in _RULES.items():
        there = {"EventBusName": deployment.ids[bus]} if bus else {}
        rule = events.describe_rule(Name=deployment.ids[logical].rsplit("|", 1)[-1], **there)
        state = rule.get("State", "ENABLED")
        yield CheckResult(
            f"rule {logical}", state == "ENABLED", state.lower(), f"aws events enable-rule --name {rule['Name']}"
        )


def _bot_secrets(deployment: Deployment) -> ManagedSecrets:
    prefix = deployment.parameters.get("SecretPrefix", "cspm/")
    return ManagedSecrets(deployment.client("secretsmanager"), prefix)


def _secrets(deployment: Deployment) -> Iterator[CheckResult]:
    secrets = _bot_secrets(deployment)
    prefix = deployment.parameters.get("SecretPrefix", "cspm/")
    for name in _SECRETS:
        fix = f"aws secretsmanager put-secret-value --secret-id {prefix}{name} --secret-string file://…"
        try:
            values = secrets.all(name)
        except Unknown as problem:
            yield failed(f"secret {name}", str(problem), fix)
            continue
        is_invalid = name.endswith("bot-token") and not values[0].startswith("xoxb-")
        detail = (
            "is no bot token (xoxb-…)"
            if is_invalid
            else "filled" + (", one is being replaced" if len(values) > 1 else "")
        )
        yield CheckResult(f"secret {name}", not is_invalid, detail, fix)


def _policy(deployment: Deployment) -> Iterator[CheckResult]:
    policies = AppConfigPolicies(
        deployment.client("appconfigdata"),
        application=deployment.outputs["PolicyApplicationId"],
        environment=deployment.outputs["PolicyEnvironmentId"],
        profile=deployment.outputs["PolicyProfileId"],
    )
    fix = "`cspm policy check FILE`, then deploy it with AppConfig (infra/docs/policy.md)"
    try:
        text, version = policies.text()
        policy = parse(text, version)
    except PolicyInvalid as problem:
        yield failed("policy", f"version is not valid: {problem.problems[0]}", fix)
        return
    except Unknown as problem:
        yield failed("policy", str(problem), fix)
        return
    yield passed("policy", f"version {version}, {len(policy.routes)} routes")


def _slack(deployment: Deployment, ask_slack: AskSlack) -> Iterator[CheckResult]:
    have = ask_slack(_bot_secrets(deployment).get("slack/bot-token"))
    needed = {scope for scopes in METHOD_SCOPES.values() for scope in scopes} | set(FEATURE_SCOPES)
    missing = sorted(needed - have.scopes)
    detail = f"workspace {have.team or have.enterprise}; " + (
        f"missing {', '.join(missing)}" if missing else "all scopes"
    )
    yield CheckResult("slack", not missing, detail, "update the app by infra/slack/manifest.yaml, and install it again")


def _alarms(deployment: Deployment) -> Iterator[CheckResult]:
    alarms = deployment.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"{deployment.stack}-", StateValue="ALARM"
    )["MetricAlarms"]
    if not alarms:
        yield passed("alarms", "none rings")
    for alarm in alarms:
        yield failed(f"alarm {alarm['AlarmName']}", "rings", alarm.get("AlarmDescription", ""))


def _audit(deployment: Deployment) -> Iterator[CheckResult]:
    bucket = deployment.outputs["AuditBucketName"]
    with aws_errors_as(Unknown, f"cannot look into the bucket {bucket}"):
        lock = deployment.client("s3").get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    retention = lock.get("Rule", {}).get("DefaultRetention", {})
    detail = (
        f"{bucket} keeps what it has for {retention['Days']} days ({retention['Mode'].lower()})"
        if retention
        else "locks nothing"
    )
    yield CheckResult(
        "audit bucket", bool(retention), detail, "deploy the stack again; Object Lock is part of its template"
    )
    table = DynamoTable(deployment.client("dynamodb"), deployment.outputs["TableName"])
    upto = str((table.get(keys.export()) or {}).get("upto", ""))
    late = not upto or datetime.now(UTC) - keys.parse(upto) > EXPORT_DUE
    detail = f"exported up to {upto}" if upto else "nothing was exported yet"
    yield CheckResult(
        "audit export", not late, detail, "read the schedule function's log; within an hour of a deployment, wait"
    )


def _aggregator(deployment: Deployment) -> Iterator[CheckResult]:
    hub = deployment.client("securityhub")
    fix = "deploy infra/posture.yaml with EnableAggregator=yes in the bot's Region, or the bot in the aggregator's"
    with aws_errors_as(Unknown, "cannot ask Security Hub"):
        arns = [one["FindingAggregatorArn"] for one in hub.list_finding_aggregators()["FindingAggregators"]]
    regions = [arn.split(":")[3] for arn in arns]
    here = hub.meta.region_name
    detail = (
        f"findings gather in {', '.join(regions)}; the bot is in {here}" if regions else "no Region gathers findings"
    )
    yield CheckResult("aggregator", here in regions, detail, fix)


def _forwarding(deployment: Deployment) -> Iterator[CheckResult]:
    events = deployment.client("events")
    policy = json.loads(events.describe_event_bus(Name=deployment.ids["ForwardedBus"]).get("Policy") or "{}")
    if "aws:PrincipalOrgID" not in json.dumps(policy):
        yield failed("forwarding", "the bus is not open to the organisation", "deploy the stack again")
        return
    count = _forwarded_count(deployment)
    detail = f"{count} compliance changes forwarded in a week"
    yield CheckResult(
        "forwarding", count > 0, detail, "deploy infra/forward.yaml in each account and Region (a stack set)"
    )


def _forwarded_count(deployment: Deployment) -> int:
    now = datetime.now(UTC)
    bus, rule = deployment.ids["ForwardedBus"], deployment.ids["ForwardedRule"].rsplit("|", 1)[-1]
    points: list[dict[str, Any]] = deployment.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Events",
        MetricName="TriggeredRules",
        Dimensions=[{"Name": "EventBusName", "Value": bus}, {"Name": "RuleName", "Value": rule}],
        StartTime=now - _METRIC_PERIOD,
        EndTime=now,
        Period=int(_METRIC_PERIOD.total_seconds()),
        Statistics=["Sum"],
    )["Datapoints"]
    return int(sum(point["Sum"] for point in points))


def _account(deployment: Deployment, account: str) -> Iterator[CheckResult]:
    """Invoke the plan function to assume the account's reader role: no other role may (infra/member.yaml)."""
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
    payload = json.loads(answer["Payload"].read() or b"{}")
    reached = "FunctionError" not in answer and not payload.get("batchItemFailures")
    yield CheckResult(
        f"account {account}",
        reached,
        "its reader role lets the bot in" if reached else "its reader role does not let the bot in",
        "deploy infra/member.yaml there with this bot's account, stack name and external id; the plan function's log "
        "has STS's own words",
    )
