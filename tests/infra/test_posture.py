"""What posture.yaml turns on, and what it leaves alone."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest

from bot.controls import controls, rule_name
from bot.rules.evaluate import rules
from tests.infra.plain import REGION, load, made

ALL_ON = {name: "yes" for name in load("posture.yaml")["Parameters"] if name.startswith("Enable")} | {
    "CreateConfigServiceRole": "yes",
    "GlobalTypesRegion": REGION,
    "RuleFunctionArn": "arn:aws:lambda:eu-west-1:999999999999:function:cspm-bot-ConfigRule",
    "AllowedRegions": "eu-west-1",
}


def of(kind: str, **parameters: str) -> dict[str, Any]:
    resources = made(load("posture.yaml"), **parameters)
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def managed() -> dict[str, str]:
    """Rule name → identifier."""
    rules = of("AWS::Config::ConfigRule", **ALL_ON).values()
    return {
        rule["ConfigRuleName"]: rule["Source"]["SourceIdentifier"] for rule in rules if rule["Source"]["Owner"] == "AWS"
    }


def test_by_default_it_makes_the_one_rule_and_touches_nothing_that_may_exist() -> None:
    assert list(made(load("posture.yaml"))) == ["PublicAddressRule"]


def test_the_first_rule_is_the_one_about_public_addresses() -> None:
    first = next(iter(of("AWS::Config::ConfigRule").values()))
    assert first["ConfigRuleName"] == "ec2-public-access-check"
    assert first["Source"] == {"Owner": "AWS", "SourceIdentifier": "EC2_INSTANCE_NO_PUBLIC_IP"}


def test_with_everything_on_every_reference_has_its_resource() -> None:
    resources = made(load("posture.yaml"), **ALL_ON)
    assert len(resources) == len(load("posture.yaml")["Resources"])


def test_every_managed_rules_name_means_the_control_that_its_identifier_checks() -> None:
    for name, identifier in managed().items():
        control = controls().get(controls().by_rule_name(name, {}))
        assert control, name
        assert control.rule == rule_name(identifier), name


def test_all_names_but_the_first_are_the_bots_own() -> None:
    names = [rule["ConfigRuleName"] for rule in of("AWS::Config::ConfigRule", **ALL_ON).values()]
    assert [name for name in names if not name.startswith("cspm-")] == ["ec2-public-access-check"]
    assert len(set(names)) == len(names)


def test_rules_about_global_resources_are_in_one_region_only() -> None:
    elsewhere = of("AWS::Config::ConfigRule", **ALL_ON | {"GlobalTypesRegion": "us-east-1"})
    judged = [str(rule.get("Scope")) + rule["ConfigRuleName"] for rule in elsewhere.values()]
    assert not [text for text in judged if "AWS::IAM" in text or "access-keys" in text or "credentials" in text]


def test_security_hub_comes_with_one_finding_a_control() -> None:
    (hub,) = of("AWS::SecurityHub::Hub", EnableSecurityHub="yes").values()
    assert hub["ControlFindingGenerator"] == "SECURITY_CONTROL"
    assert hub["EnableDefaultStandards"] is False
    (standard,) = of("AWS::SecurityHub::Standard", EnableFoundationalStandard="yes").values()
    assert standard["StandardsArn"] == (
        "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"
    )


def test_the_insights_ask_for_what_security_hub_knows() -> None:
    model = boto3.session.Session().client("securityhub", region_name=REGION).meta.service_model
    known = set(model.shape_for("AwsSecurityFindingFilters").members)
    insights = of("AWS::SecurityHub::Insight", EnableInsights="yes")
    assert len(insights) >= 5
    for insight in insights.values():
        assert {insight["GroupByAttribute"], *insight["Filters"]} <= known
        assert insight["Filters"]["RecordState"] == [{"Value": "ACTIVE", "Comparison": "EQUALS"}]
        assert len(insight["Name"]) <= 128
    assert insights["CriticalAndOpenInsight"]["Filters"]["SeverityLabel"][0]["Value"] == "CRITICAL"


def test_the_history_bucket_is_private_and_takes_configs_deliveries() -> None:
    resources = made(load("posture.yaml"), EnableRecorder="yes")
    bucket = resources["HistoryBucket"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert "ObjectLockEnabled" not in bucket
    assert resources["Channel"]["Properties"]["S3BucketName"] == "a-stack-HistoryBucket"
    given = made(load("posture.yaml"), EnableRecorder="yes", DeliveryBucket="central")
    assert "HistoryBucket" not in given
    assert given["Channel"]["Properties"]["S3BucketName"] == "central"


def test_rules_wait_for_the_recorder_that_is_made_with_them() -> None:
    resources = made(load("posture.yaml"), **ALL_ON)
    rules = [one for one in resources.values() if one["Type"] == "AWS::Config::ConfigRule"]
    assert {rule["Metadata"]["After"] for rule in rules} == {"a-stack-Recorder a-stack-Channel"}


@pytest.mark.parametrize("rule", ["EksEndpointRule", "VpcEndpointRule"])
def test_a_rule_in_guard_is_within_configs_limits(rule: str) -> None:
    source = made(load("posture.yaml"), **ALL_ON)[rule]["Properties"]["Source"]
    details = source["CustomPolicyDetails"]
    assert (source["Owner"], details["PolicyRuntime"]) == ("CUSTOM_POLICY", "guard-2.x.x")
    assert 0 < len(details["PolicyText"]) <= 10_000
    assert details["PolicyText"].count("{") == details["PolicyText"].count("}")
    assert {one["MessageType"] for one in source["SourceDetails"]} == {
        "ConfigurationItemChangeNotification",
        "OversizedConfigurationItemChangeNotification",
    }


def test_the_perimeter_rule_knows_a_policy_with_a_perimeter_from_one_without() -> None:
    text = made(load("posture.yaml"), **ALL_ON)["VpcEndpointRule"]["Properties"]["Source"]["CustomPolicyDetails"]
    (pattern,) = re.findall(r"/(.+)/", text["PolicyText"])
    default = {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}
    ours = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert not re.search(pattern, json.dumps(default))
    assert re.search(pattern, json.dumps({"Statement": [{**default["Statement"][0], "Condition": ours}]}))


def test_every_rule_of_the_bots_function_is_asked_for_its_types_with_its_parameters() -> None:
    asked = of("AWS::Config::ConfigRule", **ALL_ON).values()
    custom = {rule["ConfigRuleName"]: rule for rule in asked if rule["Source"]["Owner"] == "CUSTOM_LAMBDA"}
    assert set(custom) == {f"cspm-{name}" for name in rules()}
    for name, rule in custom.items():
        ours = rules()[name.removeprefix("cspm-")]
        assert tuple(rule["Scope"]["ComplianceResourceTypes"]) == ours.resource_types
        assert set(rule["InputParameters"]) == set(ours.params)


def test_a_function_of_another_region_is_not_asked() -> None:
    there = ALL_ON | {"RuleFunctionArn": "arn:aws:lambda:us-east-1:999999999999:function:x"}
    names = [rule["ConfigRuleName"] for rule in of("AWS::Config::ConfigRule", **there).values()]
    assert "cspm-owner-tag-missing" not in names
