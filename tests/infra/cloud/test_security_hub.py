from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from infra.local.moto_extensions.findings import STORE
from infra.local.moto_extensions.securityhub import timestamp, use_clock
from tests.infra.cloud.conftest import ACCOUNT, HUB, OTHER, Clock

PRODUCT = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"


def finding(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:eu-west-1:{ACCOUNT}:security-control/S3.8/finding/{number:04d}",
        "ProductArn": PRODUCT,
        "Region": "eu-west-1",
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": "2026-09-01T00:00:00.000Z",
        "UpdatedAt": f"2026-09-{number % 20 + 1:02d}T00:00:00.000Z",
        "Title": "A bucket",
        "Description": "A bucket",
        "Severity": {"Label": "HIGH", "Normalized": 70},
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::papers", "Tags": {"owner": "web"}}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
        "Workflow": {"Status": "NEW"},
        "WorkflowState": "NEW",
        "RecordState": "ACTIVE",
        **more,
    }


@pytest.fixture
def hub(cloud: CustomerCloud, clock: Clock) -> Any:
    STORE.administrator, STORE.home_region = HUB, "eu-west-1"
    use_clock(clock)
    return cloud.client("securityhub", HUB)


def equals(*values: str) -> list[dict[str, str]]:
    return [{"Value": value, "Comparison": "EQUALS"} for value in values]


def found(hub: Any, **filters: Any) -> list[str]:
    return [item["Id"][-4:] for item in hub.get_findings(Filters=filters)["Findings"]]


@pytest.mark.parametrize(
    ("name", "change", "value"),
    [
        ("ProductArn", {"ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/config"}, PRODUCT),
        ("AwsAccountId", {"AwsAccountId": OTHER}, ACCOUNT),
        ("Region", {"Region": "us-east-1"}, "eu-west-1"),
        ("RecordState", {"RecordState": "ARCHIVED"}, "ACTIVE"),
        ("WorkflowStatus", {"Workflow": {"Status": "SUPPRESSED"}}, "NEW"),
        ("ComplianceStatus", {"Compliance": {"Status": "PASSED", "SecurityControlId": "S3.8"}}, "FAILED"),
        ("ComplianceSecurityControlId", {"Compliance": {"Status": "FAILED", "SecurityControlId": "S3.2"}}, "S3.8"),
        ("ResourceId", {"Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::x"}]}, "arn:aws:s3:::papers"),
        ("ResourceType", {"Resources": [{"Type": "AwsIamUser", "Id": "x"}]}, "AwsS3Bucket"),
        ("SeverityLabel", {"Severity": {"Label": "LOW"}}, "HIGH"),
        ("GeneratorId", {"GeneratorId": "security-control/S3.2"}, "security-control/S3.8"),
    ],
)
def test_a_filter_finds_what_equals_it(hub: Any, name: str, change: dict[str, Any], value: str) -> None:
    STORE.replace(finding(1))
    STORE.replace(finding(2, **change))
    assert found(hub, **{name: equals(value)}) == ["0001"]


def test_filters_are_joined_by_and_and_values_by_or(hub: Any) -> None:
    STORE.replace(finding(1))
    STORE.replace(finding(2, RecordState="ARCHIVED"))
    STORE.replace(finding(3, AwsAccountId=OTHER))
    both = equals(ACCOUNT, OTHER)
    assert found(hub, AwsAccountId=both, RecordState=equals("ACTIVE")) == ["0003", "0001"]


@pytest.mark.parametrize(
    ("comparison", "value", "numbers"),
    [
        ("PREFIX", "arn:aws:s3:::pay", ["0002"]),
        ("NOT_EQUALS", "arn:aws:s3:::papers", ["0002"]),
        ("PREFIX_NOT_EQUALS", "arn:aws:s3:::pay", ["0001"]),
        ("CONTAINS", "ayro", ["0002"]),
        ("NOT_CONTAINS", "ayro", ["0001"]),
    ],
)
def test_text_is_compared_in_each_way(hub: Any, comparison: str, value: str, numbers: list[str]) -> None:
    STORE.replace(finding(1))
    STORE.replace(finding(2, Resources=[{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::payroll"}]))
    assert found(hub, ResourceId=[{"Value": value, "Comparison": comparison}]) == numbers


def test_times_are_found_by_range_and_by_days_back(hub: Any, clock: Clock) -> None:
    for days in (1, 5, 9):
        STORE.replace(finding(days, UpdatedAt=timestamp(clock.now - timedelta(days=days))))
    start, end = timestamp(clock.now - timedelta(days=6)), timestamp(clock.now - timedelta(days=2))
    assert found(hub, UpdatedAt=[{"Start": start, "End": end}]) == ["0005"]
    assert found(hub, UpdatedAt=[{"DateRange": {"Value": 6, "Unit": "DAYS"}}]) == ["0001", "0005"]


def test_resources_are_found_by_their_tags(hub: Any) -> None:
    STORE.replace(finding(1))
    STORE.replace(finding(2, Resources=[{"Type": "AwsS3Bucket", "Id": "x", "Tags": {"owner": "payments"}}]))
    wanted = [{"Key": "owner", "Value": "payments", "Comparison": "EQUALS"}]
    assert found(hub, ResourceTags=wanted) == ["0002"]


def test_a_filter_that_the_local_hub_does_not_know_is_refused_not_ignored(hub: Any) -> None:
    with pytest.raises(ClientError, match="InvalidInputException"):
        found(hub, MalwareName=equals("x"))


def test_findings_come_in_pages_of_at_most_a_hundred(hub: Any) -> None:
    for number in range(230):
        STORE.replace(finding(number))
    pages = list(hub.get_paginator("get_findings").paginate())
    assert [len(page["Findings"]) for page in pages] == [100, 100, 30]
    assert len({item["Id"] for page in pages for item in page["Findings"]}) == 230
    with pytest.raises(ClientError, match="InvalidInputException"):
        hub.get_findings(MaxResults=101)


def test_findings_are_sorted_as_asked(hub: Any) -> None:
    for number in (2, 1, 3):
        STORE.replace(finding(number))
    for order, numbers in (("asc", ["0001", "0002", "0003"]), ("desc", ["0003", "0002", "0001"])):
        answer = hub.get_findings(SortCriteria=[{"Field": "UpdatedAt", "SortOrder": order}])
        assert [item["Id"][-4:] for item in answer["Findings"]] == numbers


def test_an_account_sees_its_own_findings_the_administrator_all(cloud: CustomerCloud, hub: Any) -> None:
    STORE.replace(finding(1))
    STORE.replace(finding(2, AwsAccountId=OTHER))
    assert found(hub) == ["0002", "0001"]
    assert found(cloud.client("securityhub", OTHER)) == ["0002"]


def test_the_home_region_sees_all_regions(cloud: CustomerCloud, hub: Any) -> None:
    STORE.replace(finding(1))
    STORE.replace(finding(2, Region="us-east-1"))
    assert found(hub) == ["0002", "0001"]
    assert found(cloud.client("securityhub", HUB, "us-east-1")) == ["0002"]


def update(hub: Any, *numbers: int, **more: Any) -> dict[str, Any]:
    identifiers = [{"Id": finding(number)["Id"], "ProductArn": PRODUCT} for number in numbers]
    answer: dict[str, Any] = hub.batch_update_findings(FindingIdentifiers=identifiers, **more)
    return answer


def test_an_update_changes_what_customers_own_and_no_updated_at(hub: Any) -> None:
    STORE.replace(finding(1))
    note = {"Text": "fixed by the bot", "UpdatedBy": "cspm-bot"}
    update(hub, 1, Note=note, Workflow={"Status": "NOTIFIED"}, UserDefinedFields={"run": "01"})
    (after,) = hub.get_findings()["Findings"]
    assert after["UpdatedAt"] == finding(1)["UpdatedAt"]
    assert (after["Note"]["Text"], after["Note"]["UpdatedAt"]) == ("fixed by the bot", "2026-09-21T09:00:00.000Z")
    assert (after["Workflow"], after["UserDefinedFields"]) == ({"Status": "NOTIFIED"}, {"run": "01"})


def test_a_finding_that_is_not_there_is_unprocessed_and_the_others_are_processed(hub: Any) -> None:
    STORE.replace(finding(1))
    answer = update(hub, 1, 7, Workflow={"Status": "NOTIFIED"})
    assert [item["Id"] for item in answer["ProcessedFindings"]] == [finding(1)["Id"]]
    (unprocessed,) = answer["UnprocessedFindings"]
    assert unprocessed["FindingIdentifier"]["Id"] == finding(7)["Id"]
    assert unprocessed["ErrorCode"] == "FindingNotFound"


def test_an_account_cannot_update_the_finding_of_another(cloud: CustomerCloud, hub: Any) -> None:
    STORE.replace(finding(1))
    answer = update(cloud.client("securityhub", OTHER), 1, Workflow={"Status": "SUPPRESSED"})
    assert len(answer["UnprocessedFindings"]) == 1
    assert hub.get_findings()["Findings"][0]["Workflow"]["Status"] == "NEW"


def test_listeners_get_every_update(hub: Any) -> None:
    STORE.replace(finding(1))
    heard: list[dict[str, Any]] = []
    STORE.listen(heard.append)
    update(hub, 1, Workflow={"Status": "NOTIFIED"})
    assert [item["Workflow"]["Status"] for item in heard] == ["NOTIFIED"]


def own(account: str = ACCOUNT, **more: Any) -> dict[str, Any]:
    product = f"arn:aws:securityhub:eu-west-1:{account}:product/{account}/default"
    return {**finding(1, ProductArn=product, AwsAccountId=account), **more}


def test_an_account_imports_findings_of_its_own_product(cloud: CustomerCloud, hub: Any) -> None:
    answer = cloud.client("securityhub", ACCOUNT).batch_import_findings(Findings=[own()])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 0)
    assert found(hub, ProductArn=equals(own()["ProductArn"])) == ["0001"]


@pytest.mark.parametrize("bad", [own(OTHER), finding(1)], ids=["another account", "a product of AWS"])
def test_an_account_cannot_import_for_others(cloud: CustomerCloud, hub: Any, bad: dict[str, Any]) -> None:
    answer = cloud.client("securityhub", ACCOUNT).batch_import_findings(Findings=[bad])
    assert (answer["SuccessCount"], answer["FailedFindings"][0]["ErrorCode"]) == (0, "InvalidAccess")
    assert found(hub) == []


def test_an_import_keeps_what_customers_own(cloud: CustomerCloud, hub: Any) -> None:
    member = cloud.client("securityhub", ACCOUNT)
    member.batch_import_findings(Findings=[own()])
    identifier = {"Id": own()["Id"], "ProductArn": own()["ProductArn"]}
    hub.batch_update_findings(FindingIdentifiers=[identifier], Workflow={"Status": "SUPPRESSED"})
    member.batch_import_findings(Findings=[own(UpdatedAt="2026-09-20T00:00:00.000Z")])
    (after,) = hub.get_findings()["Findings"]
    assert (after["Workflow"]["Status"], after["UpdatedAt"]) == ("SUPPRESSED", "2026-09-20T00:00:00.000Z")
