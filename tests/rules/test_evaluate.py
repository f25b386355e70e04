"""AWS Config's contract: one evaluation for each item, whatever the message and the item's state."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.errors import BadInput
from bot.rules.evaluate import evaluate, find_rule, rules, truncated
from bot.rules.invocation import read
from tests.rules.builders import ACCOUNT, CAPTURED, TYPES, FakeConfig, changed, invocation, raw

OWNER = "owner-tag-missing"
INSTANCE = "AWS::EC2::Instance"


def told(event: dict[str, Any], config: FakeConfig | None = None) -> list[dict[str, Any]]:
    config = config or FakeConfig()
    evaluate(read(event), config)
    ((evaluations, _, _),) = config.put_calls
    return evaluations


def compliance(event: dict[str, Any], config: FakeConfig | None = None) -> str:
    (evaluation,) = told(event, config)
    return str(evaluation["ComplianceType"])


def about(item: dict[str, Any], rule: str = OWNER, **fields: Any) -> dict[str, Any]:
    return invocation(rule, changed(item), **fields)


def test_a_verdict_names_the_item_and_the_time_at_which_it_was_captured() -> None:
    (evaluation,) = told(about(raw(INSTANCE, "i-1")))
    assert evaluation == {
        "ComplianceResourceType": INSTANCE,
        "ComplianceResourceId": "i-1",
        "ComplianceType": "NON_COMPLIANT",
        "OrderingTimestamp": CAPTURED,
        "Annotation": "no tag owner says whose it is",
    }


def test_parameters_may_be_absent_empty_or_an_object() -> None:
    tagged = raw(INSTANCE, tags={"owner": "payments"})
    without = about(tagged)
    del without["ruleParameters"]
    assert compliance(without) == "COMPLIANT"
    assert compliance(about(tagged, ruleParameters="")) == "COMPLIANT"
    assert compliance(about(tagged, ruleParameters='{"tag": "team"}')) == "NON_COMPLIANT"


@pytest.mark.parametrize("status", ["ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"])
def test_of_what_is_gone_a_rule_has_nothing_to_say(status: str) -> None:
    assert compliance(about(raw(INSTANCE, configurationItemStatus=status, configuration=None))) == "NOT_APPLICABLE"


def test_of_what_left_its_scope_a_rule_has_nothing_to_say() -> None:
    assert compliance(about(raw(INSTANCE), eventLeftScope=True)) == "NOT_APPLICABLE"


def test_of_another_type_a_rule_has_nothing_to_say() -> None:
    assert compliance(about(raw("AWS::EC2::RouteTable"))) == "NOT_APPLICABLE"


def oversized(status: str = "OK") -> dict[str, Any]:
    item = raw(INSTANCE, "i-1", configurationItemStatus=status)
    left_out = ("configuration", "supplementaryConfiguration", "tags")
    summary = {key: value for key, value in item.items() if key not in left_out}
    return {"messageType": "OversizedConfigurationItemChangeNotification", "configurationItemSummary": summary}


def history() -> dict[str, Any]:
    """As GetResourceConfigHistory spells it."""
    item = raw(INSTANCE, "i-1", tags={"owner": "payments"})
    item["accountId"], item["arn"] = item.pop("awsAccountId"), item.pop("ARN")
    item["configuration"] = json.dumps({"instanceType": "t3.micro"})
    return item


def test_an_item_that_is_too_large_for_a_message_is_fetched_as_it_was_then() -> None:
    config = FakeConfig([history()])
    assert compliance(invocation(OWNER, oversized()), config) == "COMPLIANT"
    assert config.history_calls == [(INSTANCE, "i-1", CAPTURED)]


def test_a_large_item_that_is_gone_is_not_fetched() -> None:
    config = FakeConfig()
    assert compliance(invocation(OWNER, oversized("ResourceDeleted")), config) == "NOT_APPLICABLE"
    assert config.history_calls == []


def test_a_schedule_evaluates_every_recorded_item_at_the_schedules_time() -> None:
    items = [raw(INSTANCE, "i-1"), raw(INSTANCE, "i-2", tags={"owner": "x"}), raw("AWS::EC2::RouteTable", "rtb-1")]
    message = {"messageType": "ScheduledNotification", "notificationCreationTime": "2026-09-23T00:00:00.000Z"}
    evaluations = told(invocation(OWNER, message), FakeConfig(items))
    assert [(one["ComplianceResourceId"], one["ComplianceType"]) for one in evaluations] == [
        ("i-1", "NON_COMPLIANT"),
        ("i-2", "COMPLIANT"),
    ]
    assert {one["OrderingTimestamp"] for one in evaluations} == {"2026-09-23T00:00:00.000Z"}


def test_tags_of_a_query_are_read_as_tags_of_a_notification() -> None:
    item = raw(INSTANCE, tags=[{"tag": "owner=payments", "key": "owner", "value": "payments"}])
    assert compliance(about(item)) == "COMPLIANT"


def test_a_test_invocation_stores_no_evaluation() -> None:
    config = FakeConfig()
    evaluate(read(about(raw(INSTANCE), resultToken="TESTMODE")), config)
    evaluate(read(about(raw(INSTANCE), resultToken="t")), config)
    assert [(token, test) for _, token, test in config.put_calls] == [("TESTMODE", True), ("t", False)]


def test_an_annotation_fits() -> None:
    assert len(truncated("x" * 300)) == 256
    assert truncated("x" * 300).endswith("…")
    assert truncated("short") == "short"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"invokingEvent": "not JSON"}, "invokingEvent: not a JSON object"),
        ({"invokingEvent": None}, "invokingEvent: not a JSON object"),
        (
            {"invokingEvent": '{"messageType": "ConfigurationSnapshotDeliveryCompleted"}'},
            "cannot evaluate a message of type",
        ),
        ({"invokingEvent": '{"messageType": "ScheduledNotification"}'}, "no time"),
        ({"invokingEvent": json.dumps(changed({}))}, "configurationItem.resourceType: field required"),
        ({"invokingEvent": '{"configurationItem": "i-1"}'}, "configurationItem: input should be"),
        ({"ruleParameters": "[]"}, "ruleParameters: not a JSON object"),
        ({"accountId": "me"}, "names no account"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(change: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read(about(raw(INSTANCE)) | change)


def test_an_unknown_rule_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadInput, match="owner-tag-missing"):
        evaluate(read(about(raw(INSTANCE), configRuleName="somebody-elses")), FakeConfig())


@pytest.mark.parametrize(
    "name",
    [
        "owner-tag-missing",
        "cspm-owner-tag-missing",
        "OrgConfigRule-cspm-owner-tag-missing-a1b2c3d4",
        "cspm-owner-tag-missing-conformance-pack-a1B2c3",
    ],
)
def test_a_rule_is_known_by_the_names_that_config_gives_it(name: str) -> None:
    assert find_rule(name).name == OWNER


def test_every_rule_is_here_with_defaults_that_work() -> None:
    assert set(rules()) == set(TYPES)
    for name, resource_type in TYPES.items():
        assert compliance(about(raw(resource_type), rule=name)) in ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE")


def test_the_account_is_the_invocations() -> None:
    assert read(about(raw(INSTANCE))).account == ACCOUNT
    china = about(raw(INSTANCE), configRuleArn="arn:aws-cn:config:cn-north-1:111122223333:config-rule/x")
    assert read(china).partition == "aws-cn"
