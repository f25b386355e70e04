"""The world of each function: granted ports, and stand-ins for the others."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import pytest

from bot.adapters.clock import ShiftedClock, SystemClock
from bot.domain.errors import BadInput, Forbidden
from bot.domain.ports import RoleSession
from bot.domain.resource import Resource
from bot.runtime.bootstrap import GRANTS, Clients, SlackWithStoredToken, build
from bot.runtime.settings import Settings
from bot.world import World

BUCKET = Resource("aws", "111122223333", "eu-west-1", "AWS::S3::Bucket", "arn:aws:s3:::acme-payroll-exports")
MADE = datetime(2026, 9, 21, 8, 30, tzinfo=UTC)
QUEUES = ("plan", "cards", "answers", "decisions", "runs", "proofs")


class OwnAws(Clients):
    """Clients of a session without credentials, and a table created at MADE."""

    def __init__(self) -> None:
        super().__init__(boto3.Session(region_name="eu-west-1"))

    def client(self, service: str, endpoint: str = "", region: str = "") -> Any:
        client = super().client(service, endpoint, region)
        if service == "dynamodb":
            client.describe_table = lambda **_: {"Table": {"CreationDateTime": MADE}}
        return client


def settings(**changes: str) -> Settings:
    queues = {f"{name}_queue": f"https://sqs.eu-west-1.amazonaws.com/999999999999/{name}" for name in QUEUES}
    return Settings(
        **{
            "table": "cspm",
            "secrets_prefix": "cspm/",
            "appconfig_application": "app",
            "appconfig_environment": "live",
            "appconfig_profile": "policy",
            "reader_role": "reader",
            "remediation_role": "remediation",
            "external_id": "ours",
            "hub_region": "eu-west-1",
            "case_bus": "cspm-bot-cases",
            "audit_bucket": "cspm-bot-audit",
            **queues,
            **changes,
        }
    )


@cache
def own_aws() -> OwnAws:
    return OwnAws()


def world(function: str) -> World:
    return build(function, settings(), own_aws())


def refuses(ask: Any) -> bool:
    try:
        ask()
    except Forbidden as problem:
        return "function" in str(problem)
    return False


@pytest.mark.parametrize("function", GRANTS)
def test_every_function_gets_a_world_from_its_settings(function: str) -> None:
    made = world(function)
    assert isinstance(made.clock, SystemClock)
    assert len(made.ids.ulid()) == 26


@pytest.mark.parametrize("function", GRANTS)
def test_a_queue_that_a_function_has_no_right_to_refuses(function: str) -> None:
    queues = world(function).queues
    refused = {name for name in QUEUES if refuses_to_send(queues, name)}
    assert refused == set(QUEUES) - GRANTS[function].sends_to


def refuses_to_send(queues: Any, name: str) -> bool:
    queue = getattr(queues, name)
    return type(queue).__name__ == "UngrantedQueue" and refuses(lambda: queue.send({"kind": "x"}))


@pytest.mark.parametrize("function", ["slack", "cards", "ingest", "schedule"])
def test_functions_without_accounts_refuse_to_reach_one(function: str) -> None:
    accounts = world(function).accounts
    with pytest.raises(Forbidden, match=f"the {function} function reaches no account"):
        accounts.reader(BUCKET, lambda _call: None)
    with pytest.raises(Forbidden, match=f"the {function} function reaches no account"):
        accounts.remediator(BUCKET, RoleSession("run-1"), lambda _call: None)


def test_the_plan_function_only_reads() -> None:
    with pytest.raises(Forbidden, match="only reads"):
        world("plan").accounts.remediator(BUCKET, RoleSession("run-1"), lambda _call: None)


@pytest.mark.parametrize("function", ["ingest", "plan"])
def test_functions_without_a_token_do_not_call_slack(function: str) -> None:
    with pytest.raises(Forbidden, match="holds no Slack token"):
        world(function).slack.call("chat.postMessage", channel="C1")


def test_a_function_without_secrets_reads_none() -> None:
    secrets = world("ingest").secrets
    assert refuses(lambda: secrets.get("digest-key"))
    assert refuses(lambda: secrets.all("digest-key"))


@pytest.mark.parametrize("function", ["ingest", "cards", "slack", "remediate"])
def test_functions_without_security_hub_do_not_read_it(function: str) -> None:
    hub = world(function).hub
    assert refuses(lambda: hub.findings_by_id([("id", "arn")]))


@pytest.mark.parametrize("function", ["ingest", "plan", "schedule"])
def test_the_deployments_date_is_when_the_table_was_made(function: str) -> None:
    assert world(function).deployed_at == "2026-09-21T08:30:00.000Z"


def test_a_missing_setting_is_named_with_where_it_comes_from() -> None:
    with pytest.raises(BadInput, match=r"CSPM_TABLE is not set: .*template\.yaml"):
        build("slack", settings(table=""), own_aws())


def test_the_local_stacks_clock_is_used_if_it_is_set() -> None:
    local = settings(clock_url="http://127.0.0.1:1/workspace/clock")
    assert isinstance(build("cards", local, own_aws()).clock, ShiftedClock)


def test_a_new_token_is_used_as_soon_as_it_is_known() -> None:
    class Rotating:
        token = "xoxb-old"

        def get(self, _name: str) -> str:
            return self.token

        def all(self, name: str) -> tuple[str, ...]:
            return (self.get(name),)

    secrets, used = Rotating(), []

    class Listening(SlackWithStoredToken):
        def client(self, token: str) -> Any:
            used.append(token)
            return type("Client", (), {"call": staticmethod(lambda _method, **_: {"ok": True})})()

    slack = Listening(secrets, "")
    slack.call("auth.test")
    slack.call("auth.test")
    secrets.token = "xoxb-new"
    slack.call("auth.test")
    assert used == ["xoxb-old", "xoxb-new"]
