"""Findings in OCSF."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.finding import SourceKind, Status
from tests.sources.builders import an_event, an_ocsf_finding, observed, reading


def test_a_failed_control_is_an_open_finding_of_its_control() -> None:
    seen = observed(an_event("findings_v2"))
    assert (seen.control, seen.source.status, seen.source.kind) == ("S3.8", Status.OPEN, SourceKind.OCSF)
    assert seen.trusted


def test_the_arn_beside_a_name_is_the_resource() -> None:
    seen = observed(an_ocsf_finding())
    assert (seen.written_resource, seen.resource.id) == ("acme-payroll-exports", "arn:aws:s3:::acme-payroll-exports")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"compliance": {"control": "S3.8", "status": "Pass"}, "status": "Resolved"}, Status.PASSED),
        ({"compliance": {"control": "S3.8", "status_id": 1}}, Status.PASSED),
        ({"compliance": {"control": "S3.8", "status": "Warning"}}, Status.UNKNOWN),
        ({"compliance": {"control": "S3.8", "status": "Unknown", "status_id": 0}}, Status.UNKNOWN),
        ({"status": "Resolved"}, Status.RESOLVED),
        ({"status": None, "status_id": 3}, Status.SUPPRESSED),
        ({"status": "Archived", "status_id": 5}, Status.ARCHIVED),
        ({"status": None, "status_id": 2}, Status.OPEN),
        ({"compliance": None}, Status.OPEN),
        ({"compliance": {"control": "S3.8", "status": "PASSED"}}, Status.PASSED),
        ({"compliance": {"control": "S3.8", "status": "FAILED"}}, Status.OPEN),
        ({"compliance": {"control": "S3.8", "status": "NOT_AVAILABLE"}}, Status.UNKNOWN),
        ({"compliance": {"control": "S3.8", "status": "INSUFFICIENT_DATA"}}, Status.UNKNOWN),
        ({"compliance": {"control": "S3.8", "status": "NOT_APPLICABLE"}}, Status.ARCHIVED),
    ],
)
def test_its_statuses_are_translated_to_security_hubs(fields: dict[str, Any], status: Status) -> None:
    assert observed(an_ocsf_finding(**fields)).source.status is status


def test_the_caption_new_has_precedence_over_the_number_of_suppressed() -> None:
    assert observed(an_ocsf_finding(status="New", status_id=3)).source.status is Status.OPEN


def test_a_scanner_that_writes_its_verdict_into_the_status_code_is_understood() -> None:
    prowler = {"compliance": None, "metadata": {"product": {"name": "Prowler"}}, "finding_info": {"uid": "p-1"}}
    passed = observed(an_ocsf_finding(**prowler, class_uid=2004, class_name="Detection Finding", status_code="PASS"))
    assert (passed.control, passed.source.status) == ("Prowler:Detection Finding", Status.PASSED)
    assert not passed.trusted


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"severity": "Fatal", "severity_id": 6}, "CRITICAL"),
        ({"severity": "Fatal", "severity_id": None}, "CRITICAL"),
        ({}, "HIGH"),
    ],
)
def test_severities_are_security_hubs_labels(fields: dict[str, Any], label: str) -> None:
    assert observed(an_ocsf_finding(**fields)).source.severity == label


def test_times_in_milliseconds_are_times() -> None:
    seen = observed(an_ocsf_finding(finding_info={"uid": "x", "modified_time": 1_790_061_160_511}))
    assert seen.source.updated == "2026-09-22T07:12:40.511000Z"


@pytest.mark.parametrize(
    "fields",
    [
        {"cloud": {"account": {"uid": 111122223333}}},
        {"compliance": {"control": "S3.8", "status": ["Pass"]}},
        {"resources": [{"uid": 7}]},
        {"status": True},
    ],
)
def test_a_wrong_type_where_it_would_mislead_is_rejected_by_name(fields: dict[str, Any]) -> None:
    seen = reading(an_ocsf_finding(**fields))
    assert not seen.observations
    assert next(iter(fields)) in seen.rejected[0]


def test_a_record_of_another_category_is_no_finding() -> None:
    assert reading(an_ocsf_finding(class_uid=6003, class_name="API Activity")).ignored == (
        "an OCSF record of class 6003 API Activity is no finding",
    )


def test_a_finding_that_names_nothing_has_no_identity() -> None:
    (reason,) = reading({"class_uid": 2002, "severity": "Critical"}).rejected
    assert "names no finding_info.uid" in reason


@pytest.mark.parametrize("resources", [[], None, {}, "x", [None], [7]])
def test_odd_lists_of_resources_never_raise(resources: Any) -> None:
    seen = reading(an_ocsf_finding(resources=resources))
    assert len(seen.observations) + len(seen.rejected) == 1


def test_the_names_of_account_and_resource_are_kept_for_people() -> None:
    cloud = {"account": {"uid": "111122223333", "name": "prod-data"}, "region": "eu-west-1"}
    resource = {"type": "AWS::EC2::SecurityGroup", "uid": "sg-1", "name": "bastion"}
    seen = observed(an_ocsf_finding(cloud=cloud, resources=[resource]))
    assert (seen.account_name, seen.resource_name) == ("prod-data", "bastion")


@pytest.mark.parametrize(
    ("state", "status"), [({"state": "Suppressed"}, Status.SUPPRESSED), ({"state_id": 4}, Status.RESOLVED)]
)
def test_a_security_finding_of_ocsf_1_0_has_a_finding_and_a_state(state: dict[str, Any], status: Status) -> None:
    named = {"uid": "lake-1", "title": "A finding of Security Lake", "types": ["TTPs/Initial Access"]}
    old = an_ocsf_finding(class_uid=2001, finding_info=None, finding=named, status="Success", status_id=1, **state)
    seen = observed(old)
    assert (seen.title, seen.source.finding_id, seen.source.status) == ("A finding of Security Lake", "lake-1", status)


def test_one_resource_beside_no_list_is_the_resource() -> None:
    seen = observed(an_ocsf_finding(resources=None, resource={"uid": "arn:aws:s3:::one", "type": "AWS::S3::Bucket"}))
    assert seen.written_resource == "arn:aws:s3:::one"


def test_a_field_that_only_its_producer_knows_costs_nothing() -> None:
    assert observed(an_ocsf_finding(account={"uid": "1"}, state={"name": "x"})).written_account == "111122223333"
