"""`infra/posture.yaml` creates one rule by default, and more by parameters."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from bot.data.controls import controls, rule_name
from bot.rules.evaluate import rules
from tests.infra.guard_engine import NotGuard, evaluate
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
    """Return the identifier of each managed rule by name."""
    rules = of("AWS::Config::ConfigRule", **ALL_ON).values()
    return {
        rule["ConfigRuleName"]: rule["Source"]["SourceIdentifier"] for rule in rules if rule["Source"]["Owner"] == "AWS"
    }


def test_by_default_it_creates_one_rule_only() -> None:
    assert list(made(load("posture.yaml"))) == ["PublicAddressRule"]


def test_the_first_rule_is_the_one_about_public_addresses() -> None:
    first = next(iter(of("AWS::Config::ConfigRule").values()))
    assert first["ConfigRuleName"] == "ec2-public-access-check"
    assert first["Source"] == {"Owner": "AWS", "SourceIdentifier": "EC2_INSTANCE_NO_PUBLIC_IP"}


def test_with_everything_on_every_reference_has_its_resource() -> None:
    resources = made(load("posture.yaml"), **ALL_ON)
    assert len(resources) == len(load("posture.yaml")["Resources"])


def test_every_managed_rules_name_maps_to_the_control_of_its_identifier() -> None:
    for name, identifier in managed().items():
        control = controls().get(controls().by_customer_rule(name, {}))
        assert control, name
        assert control.rule == rule_name(identifier), name


def test_all_names_but_the_first_have_the_bots_prefix() -> None:
    names = [rule["ConfigRuleName"] for rule in of("AWS::Config::ConfigRule", **ALL_ON).values()]
    assert [name for name in names if not name.startswith("cspm-")] == ["ec2-public-access-check"]
    assert len(set(names)) == len(names)


def test_rules_about_global_resources_are_in_one_region_only() -> None:
    elsewhere = of("AWS::Config::ConfigRule", **ALL_ON | {"GlobalTypesRegion": "us-east-1"})
    global_rules = [str(rule.get("Scope")) + rule["ConfigRuleName"] for rule in elsewhere.values()]
    assert not [text for text in global_rules if "AWS::IAM" in text or "access-keys" in text or "credentials" in text]


def test_security_hub_has_consolidated_findings() -> None:
    (hub,) = of("AWS::SecurityHub::Hub", EnableSecurityHub="yes").values()
    assert hub["ControlFindingGenerator"] == "SECURITY_CONTROL"
    assert hub["EnableDefaultStandards"] is False
    (standard,) = of("AWS::SecurityHub::Standard", EnableFoundationalStandard="yes").values()
    assert standard["StandardsArn"] == (
        "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"
    )


def test_the_insights_filter_by_existing_fields() -> None:
    model = boto3.session.Session().client("securityhub", region_name=REGION).meta.service_model
    known = set(model.shape_for("AwsSecurityFindingFilters").members)
    insights = of("AWS::SecurityHub::Insight", EnableInsights="yes")
    assert len(insights) >= 5
    for insight in insights.values():
        assert {insight["GroupByAttribute"], *insight["Filters"]} <= known
        assert insight["Filters"]["RecordState"] == [{"Value": "ACTIVE", "Comparison": "EQUALS"}]
        assert len(insight["Name"]) <= 128
    assert insights["CriticalAndOpenInsight"]["Filters"]["SeverityLabel"][0]["Value"] == "CRITICAL"


def test_the_history_bucket_is_private_and_accepts_configs_deliveries() -> None:
    resources = made(load("posture.yaml"), EnableRecorder="yes")
    bucket = resources["HistoryBucket"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert "ObjectLockEnabled" not in bucket
    assert resources["Channel"]["Properties"]["S3BucketName"] == "a-stack-HistoryBucket"
    given = made(load("posture.yaml"), EnableRecorder="yes", DeliveryBucket="central")
    assert "HistoryBucket" not in given
    assert given["Channel"]["Properties"]["S3BucketName"] == "central"


def test_rules_are_created_after_the_recorder() -> None:
    resources = made(load("posture.yaml"), **ALL_ON)
    rules = [one for one in resources.values() if one["Type"] == "AWS::Config::ConfigRule"]
    assert {rule["Metadata"]["After"] for rule in rules} == {"a-stack-Recorder a-stack-Channel"}


@pytest.mark.parametrize("rule", ["EksEndpointRule", "VpcEndpointRule"])
def test_a_rule_in_guard_is_within_configs_limits(rule: str) -> None:
    source = made(load("posture.yaml"), **ALL_ON)[rule]["Properties"]["Source"]
    details = source["CustomPolicyDetails"]
    assert (source["Owner"], details["PolicyRuntime"]) == ("CUSTOM_POLICY", "guard-2.x.x")
    assert 0 < len(details["PolicyText"]) <= 10_000
    assert {one["MessageType"] for one in source["SourceDetails"]} == {
        "ConfigurationItemChangeNotification",
        "OversizedConfigurationItemChangeNotification",
    }


def policy_text(rule: str) -> str:
    text: str = made(load("posture.yaml"), **ALL_ON)[rule]["Properties"]["Source"]["CustomPolicyDetails"]["PolicyText"]
    return text


def a_cluster(**vpc: Any) -> dict[str, Any]:
    """Return a configuration item of a cluster, as AWS Config records it."""
    return {"resourceType": "AWS::EKS::Cluster", "configuration": {"ResourcesVpcConfig": vpc}}


def an_endpoint(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration item of a VPC endpoint; Config records its policy as a string."""
    document = {"policyDocument": json.dumps({"Version": "2012-10-17", "Statement": statements})} if statements else {}
    return {"resourceType": "AWS::EC2::VPCEndpoint", "configuration": document}


EVERYBODY = {"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}
OFFICE = "203.0.113.0/24"


@pytest.mark.parametrize(
    ("item", "verdict"),
    [
        (a_cluster(EndpointPublicAccess=True, PublicAccessCidrs=["0.0.0.0/0"]), "FAIL"),
        (a_cluster(EndpointPublicAccess=True, PublicAccessCidrs=[OFFICE, "0.0.0.0/0"]), "FAIL"),
        (a_cluster(EndpointPublicAccess=True, PublicAccessCidrs=["::/0"]), "FAIL"),
        (a_cluster(EndpointPublicAccess=True, PublicAccessCidrs=[]), "FAIL"),
        (a_cluster(EndpointPublicAccess=True), "FAIL"),
        (a_cluster(EndpointPublicAccess=True, PublicAccessCidrs=[OFFICE]), "PASS"),
        (a_cluster(EndpointPublicAccess=False, PublicAccessCidrs=["0.0.0.0/0"]), "SKIP"),
        ({"resourceType": "AWS::EKS::Cluster", "configuration": None}, "SKIP"),
        ({"resourceType": "AWS::EC2::VPC", "configuration": {}}, "SKIP"),
    ],
    ids=["open", "open beside", "open by IPv6", "no list", "nothing said", "listed", "private", "deleted", "another"],
)
def test_the_cluster_rule(item: dict[str, Any], verdict: str) -> None:
    assert evaluate(policy_text("EksEndpointRule"), item) == [verdict]


@pytest.mark.parametrize(
    ("item", "verdict"),
    [
        (an_endpoint(EVERYBODY), "FAIL"),
        (an_endpoint({**EVERYBODY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}), "FAIL"),
        (an_endpoint({**EVERYBODY, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}), "PASS"),
        (an_endpoint({**EVERYBODY, "Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}}), "PASS"),
        (an_endpoint(), "SKIP"),
    ],
    ids=["everybody", "another condition", "the organisation", "an account's resources", "no policy"],
)
def test_the_perimeter_rule(item: dict[str, Any], verdict: str) -> None:
    assert evaluate(policy_text("VpcEndpointRule"), item) == [verdict]


def test_invalid_guard_is_an_error() -> None:
    with pytest.raises(NotGuard, match="line 1"):
        evaluate("rule r { not a rule }", {})


def test_every_custom_rule_has_its_resource_types_and_parameters() -> None:
    asked = of("AWS::Config::ConfigRule", **ALL_ON).values()
    custom = {rule["ConfigRuleName"]: rule for rule in asked if rule["Source"]["Owner"] == "CUSTOM_LAMBDA"}
    assert set(custom) == {f"cspm-{name}" for name in rules()}
    for name, rule in custom.items():
        ours = rules()[name.removeprefix("cspm-")]
        assert tuple(rule["Scope"]["ComplianceResourceTypes"]) == ours.resource_types
        assert set(rule["InputParameters"]) == set(ours.params)


def test_a_function_in_another_region_gets_no_rules() -> None:
    there = ALL_ON | {"RuleFunctionArn": "arn:aws:lambda:us-east-1:999999999999:function:x"}
    names = [rule["ConfigRuleName"] for rule in of("AWS::Config::ConfigRule", **there).values()]
    assert "cspm-owner-tag-missing" not in names
