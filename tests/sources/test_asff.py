"""Findings in ASFF."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.finding import SourceKind, Status
from tests.sources.builders import a_finding, an_event, observed, reading

HUB = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"


def test_a_failed_control_is_an_open_finding_of_its_control() -> None:
    seen = observed(an_event("securityhub_failed"))
    assert (seen.control, seen.source.status, seen.source.kind) == ("S3.8", Status.OPEN, SourceKind.ASFF)
    assert seen.trusted


def test_the_subject_is_as_the_source_writes_it() -> None:
    seen = observed(a_finding())
    assert (seen.written_account, seen.written_region) == ("111122223333", "eu-west-1")
    assert seen.written_resource == "arn:aws:s3:::acme-payroll-exports"
    assert seen.tags == {"owner": "payments"}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"Compliance": {"Status": "PASSED"}, "Workflow": {"Status": "RESOLVED"}}, Status.PASSED),
        ({"Workflow": {"Status": "RESOLVED"}}, Status.RESOLVED),
        ({"Workflow": {"Status": "SUPPRESSED"}, "Compliance": {"Status": "PASSED"}}, Status.SUPPRESSED),
        ({"RecordState": "ARCHIVED", "Workflow": {"Status": "SUPPRESSED"}}, Status.ARCHIVED),
        ({"Compliance": {"Status": "WARNING"}}, Status.UNKNOWN),
        ({"Compliance": {"Status": "NOT_AVAILABLE"}}, Status.UNKNOWN),
        ({"Compliance": {"Status": "failed"}}, Status.OPEN),
        ({"Compliance": None, "RecordState": None, "Workflow": None}, Status.OPEN),
    ],
)
def test_the_first_matching_state_is_the_status(fields: dict[str, Any], status: Status) -> None:
    assert observed(a_finding(**fields)).source.status is status


def test_the_deprecated_workflow_state_is_not_the_workflow() -> None:
    assert observed(a_finding(Workflow=None, WorkflowState="RESOLVED")).source.status is Status.OPEN


@pytest.mark.parametrize(
    ("fields", "control"),
    [
        ({"Compliance": {"Status": "FAILED", "SecurityControlId": "iam.9"}}, "IAM.9"),
        ({"Compliance": {}, "ProductFields": {"ControlId": "EC2.9"}}, "EC2.9"),
        ({"Compliance": {}, "ProductFields": None, "GeneratorId": "security-control/SQS.1"}, "SQS.1"),
        ({"Compliance": {}, "ProductFields": {"ControlId": "PCI.S3.1"}}, "PCI.S3.1"),
    ],
)
def test_the_control_is_looked_up_where_the_hub_writes_it(fields: dict[str, Any], control: str) -> None:
    assert observed(a_finding(**fields)).control == control


def test_a_number_of_a_standard_becomes_the_control_of_its_rule() -> None:
    assert observed(an_event("securityhub_cis_1_22")).control == "IAM.1"


def test_a_number_whose_rule_means_several_controls_stays_readable() -> None:
    old = an_event("securityhub_cis_1_22")["detail"]["findings"][0]
    fields = {**old["ProductFields"], "RelatedAWSResources:0/name": "securityhub-iam-password-policy-0a1b2c3d"}
    assert observed({**old, "ProductFields": fields}).control == "CIS.1.22"


@pytest.mark.parametrize("number", ["", "S3.8 ", "1.22 ", "5.1.1 ", "PCI.S3.1 ", "CloudTrail.6 "])
def test_the_title_is_the_same_with_and_without_a_standards_number(number: str) -> None:
    assert (
        observed(a_finding(Title=f"{number}S3 buckets should not be public")).title == "S3 buckets should not be public"
    )


def test_a_title_that_begins_with_an_amount_keeps_it() -> None:
    assert observed(a_finding(Title="90 days without use")).title == "90 days without use"


def test_anybody_can_import_a_finding_but_it_is_not_trusted() -> None:
    seen = observed(an_event("imported_by_anybody"))
    assert seen.control == "111122223333/default:Software and Configuration Checks/Our Scanner"
    assert not seen.trusted


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default?product/aws/securityhub",
        "evil/product/aws/securityhub",
        "",
    ],
)
def test_only_the_hubs_own_product_arn_is_the_hub(arn: str) -> None:
    assert not observed(a_finding(ProductArn=arn)).trusted


def test_an_imported_finding_cannot_pose_as_ocsf() -> None:
    posing = an_event("imported_by_anybody")["detail"]["findings"][0] | {
        "class_uid": 2003,
        "metadata": {"product": {"uid": HUB}},
        "compliance": {"control": "S3.8", "status": "Fail"},
    }
    assert not observed(posing).trusted


def test_a_placeholder_for_the_account_is_kept_and_not_trusted() -> None:
    seen = observed(a_finding(AwsAccountId="<account_uid>"))
    assert (seen.written_account, seen.resource.account, seen.trusted) == ("<account_uid>", "_account_uid_", False)


def test_an_imported_config_finding_is_the_control_of_its_rule() -> None:
    assert observed(an_event("config_imported")).control == "S3.8"


def test_an_imported_config_finding_without_its_fields_is_known_by_its_title() -> None:
    trimmed = an_event("config_imported")["detail"]["findings"][0]
    trimmed["Title"] = "OrgConfigRule-S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED-ffm3onfn"
    assert observed({**trimmed, "ProductFields": {}}).control == "S3.8"


def test_an_imported_config_finding_of_another_accounts_rule_is_not_trusted() -> None:
    finding = an_event("config_imported")["detail"]["findings"][0] | {"AwsAccountId": "444455556666"}
    seen = observed(finding)
    assert (seen.control, seen.trusted) == ("config:s3-bucket-level-public-access-prohibited", False)


def test_a_threat_has_no_verdict_and_is_open() -> None:
    seen = observed(an_event("guardduty"))
    assert (seen.source.verdict, seen.source.status) == ("", Status.OPEN)
    assert seen.control == "aws/guardduty:TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort"


@pytest.mark.parametrize(
    ("severity", "label"),
    [
        ({"Label": "low", "Normalized": 90}, "LOW"),
        ({"Normalized": 0}, "INFORMATIONAL"),
        ({"Normalized": 39}, "LOW"),
        ({"Normalized": 40}, "MEDIUM"),
        ({"Normalized": 89}, "HIGH"),
        ({"Normalized": 100}, "CRITICAL"),
        ({"Label": "AWFUL", "Normalized": "70"}, ""),
        ({"Normalized": True}, ""),
        (None, ""),
    ],
)
def test_the_severity_is_the_label_else_from_the_number(severity: dict[str, Any] | None, label: str) -> None:
    assert observed(a_finding(Severity=severity)).source.severity == label


def test_times_are_utc_text_that_compares() -> None:
    here = observed(a_finding(UpdatedAt="2026-09-22T09:12:40+02:00")).source.updated
    assert here == "2026-09-22T07:12:40.000000Z"


def test_a_finding_without_a_readable_time_is_as_new_as_its_arrival() -> None:
    nothing = {"UpdatedAt": "yesterday", "LastObservedAt": None, "CreatedAt": None}
    assert observed(a_finding(**nothing)).source.updated == "2026-09-22T07:12:50.000000Z"


def test_every_finding_of_an_event_is_read_and_knows_the_custom_action() -> None:
    seen = reading(an_event("securityhub_custom_action")).observations
    assert [one.control for one in seen] == ["S3.8", "S3.5"]
    assert {one.detail["action"] for one in seen} == {"Send to Slack"}


def test_one_bad_finding_costs_only_itself() -> None:
    event = an_event("securityhub_custom_action")
    event["detail"]["findings"].insert(1, {"Id": "broken"})
    seen = reading(event)
    assert [one.control for one in seen.observations] == ["S3.8", "S3.5"]
    assert seen.rejected == ("the ASFF finding broken: AwsAccountId: field required",)


@pytest.mark.parametrize(
    "fields",
    [
        {"AwsAccountId": 111122223333},
        {"Compliance": {"Status": ["PASSED"]}},
        {"Workflow": "SUPPRESSED"},
        {"RecordState": 7},
        {"Resources": {"Id": "x"}},
        {"Id": ""},
    ],
)
def test_a_wrong_type_where_it_would_mislead_is_rejected_by_name(fields: dict[str, Any]) -> None:
    seen = reading(a_finding(**fields))
    assert not seen.observations
    assert next(iter(fields)) in seen.rejected[0]


def test_a_wrong_type_that_only_explains_costs_nothing() -> None:
    seen = observed(a_finding(Title=None, Description=3, Types="x", ProductFields=["?"], Note=None, Region=[]))
    assert (seen.control, seen.title) == ("S3.8", "")


def test_keys_have_no_external_text_of_unbounded_length() -> None:
    endless = {"ProductArn": "x" * 9_000, "Types": ["#" * 9_000], "Id": "y" * 9_000, "AwsAccountId": "9" * 9_000}
    seen = observed(a_finding(**endless, Resources=[{"Type": "T" * 9_000, "Id": "r" * 9_000}], Region="z" * 9_000))
    assert max(map(len, (seen.control, seen.resource.type, seen.resource.account, seen.resource.region))) <= 128
    assert max(map(len, (seen.source.id, seen.resource.id))) <= 1_100
    assert "#" not in seen.control


def test_the_names_of_account_and_resource_are_kept_for_people() -> None:
    group = {"Type": "AwsEc2SecurityGroup", "Id": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"}
    named = group | {"Details": {"AwsEc2SecurityGroup": {"GroupName": "bastion", "VpcId": "vpc-1"}}}
    seen = observed(a_finding(AwsAccountName="prod-data", Resources=[named]))
    assert (seen.account_name, seen.resource_name) == ("prod-data", "bastion")


@pytest.mark.parametrize(
    "details", [None, [], "x", {"AwsEc2SecurityGroup": None}, {"AwsEc2SecurityGroup": {"GroupName": 7}}]
)
def test_details_of_another_shape_do_not_reject_the_finding(details: Any) -> None:
    resource = {"Type": "AwsEc2SecurityGroup", "Id": "sg-1", "Details": details}
    seen = observed(a_finding(AwsAccountName=["x"], Resources=[resource]))
    assert (seen.account_name, seen.resource_name) == ("", "")
