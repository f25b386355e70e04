"""`infra/forward.yaml` sends Config's compliance changes to the bot's bus, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.ministack import Ministack
from tests.infra.plain import load, made

EVENTS = Path(__file__).parents[1] / "events"
BUS = "arn:aws:events:eu-west-1:999999999999:event-bus/cspm-bot-forwarded"


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    return made(load("forward.yaml"), BotBusArn=BUS)


@pytest.mark.parametrize(
    ("event", "forwarded"),
    [
        ("config_compliance_change", True),
        ("config_hubs_own_rule", False),
        ("config_item_change", False),
        ("securityhub_failed", False),
    ],
)
def test_what_is_forwarded(
    ministack: Ministack,
    resources: dict[str, Any],
    event: str,
    forwarded: bool,  # noqa: FBT001 - the example's verdict
) -> None:
    pattern = json.dumps(resources["ForwardRule"]["Properties"]["EventPattern"])
    text = (EVENTS / f"{event}.json").read_text()
    events = ministack.client("events")
    assert events.test_event_pattern(EventPattern=pattern, Event=text)["Result"] is forwarded


def test_it_sends_to_the_bots_bus_with_a_role_for_that_alone(resources: dict[str, Any]) -> None:
    (target,) = resources["ForwardRule"]["Properties"]["Targets"]
    (policy,) = resources["ForwardRole"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (target["Arn"], target["RoleArn"]) == (BUS, "a-stack-ForwardRole.Arn")
    assert (statement["Action"], statement["Resource"]) == ("events:PutEvents", BUS)


def test_events_that_could_not_be_forwarded_are_kept_for_two_weeks(resources: dict[str, Any]) -> None:
    (target,) = resources["ForwardRule"]["Properties"]["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": "arn:aws:sqs:eu-west-1:111122223333:a-stack-NotForwarded"}
    assert resources["NotForwarded"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_nothing_is_forwarded_in_the_bots_account_and_region() -> None:
    def state(account: str, region: str) -> str:
        rule = made(load("forward.yaml"), account, region, BotBusArn=BUS)["ForwardRule"]
        return str(rule["Properties"]["State"])

    assert state("999999999999", "eu-west-1") == "DISABLED"
    assert state("999999999999", "us-east-1") == "ENABLED"
    assert state("111122223333", "eu-west-1") == "ENABLED"


def test_there_is_an_alarm_only_with_a_topic(resources: dict[str, Any]) -> None:
    topic = "arn:aws:sns:eu-west-1:111122223333:alarms"
    assert "NotForwardedAlarm" not in resources
    assert "NotForwardedAlarm" in made(load("forward.yaml"), BotBusArn=BUS, AlarmTopicArn=topic)
