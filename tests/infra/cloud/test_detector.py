from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.finding import Status
from bot.sources.read import SourceContext, read
from infra.local.cloud import CustomerCloud, sandbox_call
from infra.local.detector import Detector
from infra.local.inventory import Inventory
from infra.local.sandbox import buckets, compute, identities
from infra.local.sandbox.accounts import AccountRegion
from tests.infra.cloud.conftest import ACCOUNT, HUB, Clock

Event = dict[str, Any]
CONFIG, IMPORTED = "Config Rules Compliance Change", "Security Hub Findings - Imported"


class Heard(list[Event]):
    """The events, with what tests ask of them."""

    def findings(self, control: str | None = None) -> list[dict[str, Any]]:
        found = [event["detail"]["findings"][0] for event in self if event["detail-type"] == IMPORTED]
        return [item for item in found if control in {None, item["Compliance"].get("SecurityControlId")}]

    def imported_from_config(self) -> list[dict[str, Any]]:
        return [item for item in self.findings() if item["ProductArn"].endswith("/aws/config")]

    def ocsf(self) -> list[dict[str, Any]]:
        return [event["detail"]["findings"][0] for event in self if event["detail-type"] == "Findings Imported V2"]

    def config(self) -> list[dict[str, Any]]:
        return [event["detail"] for event in self if event["detail-type"] == CONFIG]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def detector(cloud: CustomerCloud, heard: Heard, clock: Clock) -> Iterator[Detector]:
    place = AccountRegion(cloud, ACCOUNT)
    buckets.bucket(place, "acme-papers", owner="web", env="prod")
    made = Detector(cloud, HUB, heard.append, clock, Inventory(cloud, [ACCOUNT], ["eu-west-1"]))
    yield made
    made.close()


def block(cloud: CustomerCloud) -> None:
    params = {"Bucket": "acme-papers", "PublicAccessBlockConfiguration": buckets.ALL_BLOCKED}
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "s3", "PutPublicAccessBlock", params)


def unblock(cloud: CustomerCloud) -> None:
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "s3", "DeletePublicAccessBlock", {"Bucket": "acme-papers"})


def test_a_failing_bucket_is_reported_as_a_consolidated_control_finding(detector: Detector, heard: Heard) -> None:
    detector.scan()
    (finding,) = heard.findings("S3.8")
    assert finding["GeneratorId"] == "security-control/S3.8"
    assert finding["Id"].startswith(f"arn:aws:securityhub:eu-west-1:{ACCOUNT}:security-control/S3.8/finding/")
    assert finding["ProductArn"] == "arn:aws:securityhub:eu-west-1::product/aws/securityhub"
    assert (finding["AwsAccountId"], finding["Region"]) == (ACCOUNT, "eu-west-1")
    assert finding["Compliance"]["Status"] == "FAILED"
    assert (finding["Severity"]["Label"], finding["Severity"]["Normalized"]) == ("HIGH", 70)
    assert (finding["Workflow"]["Status"], finding["RecordState"]) == ("NEW", "ACTIVE")
    rule = finding["ProductFields"]["RelatedAWSResources:0/name"]
    assert rule.startswith("securityhub-s3-bucket-level-public-access-prohibited-")


def test_the_finding_names_its_resource_with_arn_and_tags(detector: Detector, heard: Heard) -> None:
    detector.scan()
    (resource,) = heard.findings("S3.8")[0]["Resources"]
    assert (resource["Type"], resource["Id"]) == ("AwsS3Bucket", "arn:aws:s3:::acme-papers")
    assert resource["Tags"] == {"owner": "web", "env": "prod"}


def test_the_event_is_on_the_administrators_bus_with_one_finding(detector: Detector, heard: Heard) -> None:
    detector.scan()
    event = next(item for item in heard if item["detail"]["findings"][0]["GeneratorId"].endswith("S3.8"))
    (finding,) = event["detail"]["findings"]
    assert (event["source"], event["account"], event["region"]) == ("aws.securityhub", HUB, "eu-west-1")
    assert event["resources"] == [f"{finding['ProductArn']}/{finding['Id']}"]
    assert event["time"] == "2026-09-21T09:00:00Z"


def test_a_second_scan_emits_nothing(detector: Detector, heard: Heard) -> None:
    assert detector.scan() > 0
    heard.clear()
    assert detector.scan() == 0
    assert heard == []


def test_a_repaired_bucket_passes_in_the_same_finding(
    cloud: CustomerCloud, detector: Detector, heard: Heard, clock: Clock
) -> None:
    detector.scan()
    before = heard.findings("S3.8")[0]
    clock.advance(hours=1)
    block(cloud)
    assert detector.scan() == 1
    after = heard.findings("S3.8")[-1]
    assert (after["Id"], after["CreatedAt"]) == (before["Id"], before["CreatedAt"])
    assert (after["Compliance"]["Status"], after["Workflow"]["Status"]) == ("PASSED", "RESOLVED")
    assert (after["Severity"]["Label"], after["RecordState"]) == ("INFORMATIONAL", "ACTIVE")
    assert after["UpdatedAt"] == "2026-09-21T10:00:00.000Z"
    assert after["ProductFields"]["PreviousComplianceStatus"] == "FAILED"


def test_a_bucket_that_fails_again_is_new_again(cloud: CustomerCloud, detector: Detector, heard: Heard) -> None:
    for change in (block, unblock):
        detector.scan()
        change(cloud)
    detector.scan()
    again = heard.findings("S3.8")[-1]
    assert (again["Compliance"]["Status"], again["Workflow"]["Status"]) == ("FAILED", "NEW")
    assert again["Severity"]["Label"] == "HIGH"


def test_a_suppressed_finding_stays_suppressed(cloud: CustomerCloud, detector: Detector, heard: Heard) -> None:
    detector.scan()
    finding = heard.findings("S3.8")[0]
    identifiers = [{"Id": finding["Id"], "ProductArn": finding["ProductArn"]}]
    cloud.client("securityhub", HUB).batch_update_findings(
        FindingIdentifiers=identifiers, Workflow={"Status": "SUPPRESSED"}
    )
    block(cloud)
    detector.scan()
    unblock(cloud)
    detector.scan()
    assert heard.findings("S3.8")[-1]["Workflow"]["Status"] == "SUPPRESSED"


def test_every_update_emits_an_event(cloud: CustomerCloud, detector: Detector, heard: Heard) -> None:
    detector.scan()
    finding = heard.findings("S3.8")[0]
    heard.clear()
    cloud.client("securityhub", HUB).batch_update_findings(
        FindingIdentifiers=[{"Id": finding["Id"], "ProductArn": finding["ProductArn"]}],
        Note={"Text": "repaired", "UpdatedBy": "cspm-bot"},
        Workflow={"Status": "NOTIFIED"},
    )
    (after,) = heard.findings()
    assert (after["Workflow"]["Status"], after["Note"]["UpdatedBy"]) == ("NOTIFIED", "cspm-bot")
    assert after["UpdatedAt"] == finding["UpdatedAt"]


def test_a_note_survives_the_next_scan(cloud: CustomerCloud, detector: Detector, heard: Heard) -> None:
    detector.scan()
    finding = heard.findings("S3.8")[0]
    identifiers = [{"Id": finding["Id"], "ProductArn": finding["ProductArn"]}]
    note = {"Text": "repaired", "UpdatedBy": "cspm-bot"}
    cloud.client("securityhub", HUB).batch_update_findings(FindingIdentifiers=identifiers, Note=note)
    block(cloud)
    detector.scan()
    assert heard.findings("S3.8")[-1]["Note"]["Text"] == "repaired"


def test_the_administrator_reads_the_findings_from_security_hub(cloud: CustomerCloud, detector: Detector) -> None:
    detector.scan()
    failed = {"ComplianceStatus": [{"Value": "FAILED", "Comparison": "EQUALS"}]}
    by_control = {**failed, "ComplianceSecurityControlId": [{"Value": "S3.8", "Comparison": "EQUALS"}]}
    (finding,) = cloud.client("securityhub", HUB).get_findings(Filters=by_control)["Findings"]
    assert finding["Resources"][0]["Id"] == "arn:aws:s3:::acme-papers"


def test_findings_of_a_deleted_bucket_are_archived(cloud: CustomerCloud, detector: Detector, heard: Heard) -> None:
    detector.scan()
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "s3", "DeleteBucket", {"Bucket": "acme-papers"})
    heard.clear()
    detector.scan()
    assert {item["RecordState"] for item in heard.findings()} == {"ARCHIVED"}
    assert {item["Compliance"]["SecurityControlId"] for item in heard.findings()} == {"S3.2", "S3.3", "S3.5", "S3.8"}


def test_on_demand_unchanged_findings_are_observed_again(detector: Detector, heard: Heard, clock: Clock) -> None:
    first = detector.scan()
    before = heard.findings("S3.8")[0]
    clock.advance(hours=12)
    assert detector.scan(reemit=True) == first
    after = heard.findings("S3.8")[-1]
    assert after["UpdatedAt"] > before["UpdatedAt"]
    assert {**after, "UpdatedAt": 0, "LastObservedAt": 0, "ProcessedAt": 0} == {
        **before,
        "UpdatedAt": 0,
        "LastObservedAt": 0,
        "ProcessedAt": 0,
    }


def test_a_finding_can_predate_the_first_scan(cloud: CustomerCloud, heard: Heard, clock: Clock) -> None:
    buckets.bucket(AccountRegion(cloud, ACCOUNT), "acme-old-papers", owner="web")
    here = Inventory(cloud, [ACCOUNT], ["eu-west-1"])
    detector = Detector(cloud, HUB, heard.append, clock, here, age=lambda _: timedelta(days=3))
    detector.scan()
    detector.close()
    (finding,) = heard.findings("S3.8")
    assert finding["CreatedAt"] == finding["FirstObservedAt"] == "2026-09-18T09:00:00.000Z"
    assert finding["UpdatedAt"] == finding["LastObservedAt"] == "2026-09-21T09:00:00.000Z"


def take_address(cloud: CustomerCloud, instance: str) -> None:
    found = cloud.client("ec2", ACCOUNT).describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    interface = found["NetworkInterfaces"][0]["NetworkInterfaceId"]
    params = {"NetworkInterfaceId": interface, "AssociatePublicIpAddress": False}
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "ec2", "ModifyNetworkInterfaceAttribute", params)


@pytest.fixture
def instance(cloud: CustomerCloud) -> str:
    place = AccountRegion(cloud, ACCOUNT)
    subnet = compute.network(place, "test", "10.1")[1]
    return compute.instance(place, "host", subnet, [], public=True, owner="web")


def test_a_public_instance_is_reported_in_five_forms(instance: str, detector: Detector, heard: Heard) -> None:
    detector.scan()
    assert [item["Compliance"]["Status"] for item in heard.findings("EC2.9")] == ["FAILED"]
    own, linked = heard.config()
    assert (own["configRuleName"], own["resourceId"]) == ("ec2-public-access-check", instance)
    assert "/aws-service-rule/securityhub.amazonaws.com/" in linked["configRuleARN"]
    assert linked["configRuleName"] == heard.findings("EC2.9")[0]["ProductFields"]["RelatedAWSResources:0/name"]
    (imported,) = heard.imported_from_config()
    assert imported["ProductFields"]["aws/config/ConfigRuleName"] == "ec2-public-access-check"
    assert imported["Resources"] == heard.findings("EC2.9")[0]["Resources"]
    (record,) = (one for one in heard.ocsf() if one["compliance"]["control"] == "EC2.9")
    assert record["finding_info"]["uid"] == heard.findings("EC2.9")[0]["Id"]


def test_the_bot_merges_all_forms_into_one_finding(instance: str, detector: Detector, heard: Heard) -> None:
    detector.scan()
    here = SourceContext("2026-09-21T09:00:00Z", {})
    read_by_bot = [one for event in heard for one in read(event, here).observations]
    those = [one for one in read_by_bot if one.resource.id.endswith(instance) and one.control == "EC2.9"]
    assert len({one.fid for one in those}) == 1
    assert len({one.source.id for one in those}) == len(those) == 4
    assert {one.source.status for one in those} == {Status.OPEN}


def test_every_form_passes_after_the_repair(
    cloud: CustomerCloud, instance: str, detector: Detector, heard: Heard
) -> None:
    detector.scan()
    heard.clear()
    take_address(cloud, instance)
    detector.scan()
    assert [one["Compliance"]["Status"] for one in heard.imported_from_config()] == ["PASSED"]
    assert [(one["compliance"]["status"], one["status"]) for one in heard.ocsf()] == [("Pass", "Resolved")]


def test_a_suppression_shows_in_the_new_format_too(cloud: CustomerCloud, detector: Detector, heard: Heard) -> None:
    detector.scan()
    (finding,) = heard.findings("S3.8")
    heard.clear()
    ids = [{"Id": finding["Id"], "ProductArn": finding["ProductArn"]}]
    hub = cloud.client("securityhub", HUB, "eu-west-1")
    hub.batch_update_findings(FindingIdentifiers=ids, Workflow={"Status": "SUPPRESSED"})
    assert [one["status"] for one in heard.ocsf()] == ["Suppressed"]


def test_a_first_evaluation_has_no_old_result(instance: str, detector: Detector, heard: Heard) -> None:
    detector.scan()
    event = next(item for item in heard if item["detail-type"] == CONFIG)
    detail = event["detail"]
    assert (event["source"], event["account"], event["region"]) == ("aws.config", ACCOUNT, "eu-west-1")
    assert event["resources"] == []
    assert "oldEvaluationResult" not in detail
    assert detail["newEvaluationResult"]["complianceType"] == "NON_COMPLIANT"
    qualifier = detail["newEvaluationResult"]["evaluationResultIdentifier"]["evaluationResultQualifier"]
    assert (qualifier["resourceType"], qualifier["resourceId"]) == ("AWS::EC2::Instance", instance)


def test_the_next_evaluation_carries_the_one_before(
    cloud: CustomerCloud, instance: str, detector: Detector, heard: Heard
) -> None:
    detector.scan()
    first = heard.config()[0]["newEvaluationResult"]
    take_address(cloud, instance)
    heard.clear()
    detector.scan()
    after = heard.config()[0]
    assert (after["newEvaluationResult"]["complianceType"], after["oldEvaluationResult"]) == ("COMPLIANT", first)


def test_a_terminated_instance_is_not_applicable_and_archived(
    cloud: CustomerCloud, instance: str, detector: Detector, heard: Heard
) -> None:
    detector.scan()
    heard.clear()
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "ec2", "TerminateInstances", {"InstanceIds": [instance]})
    detector.scan()
    assert {item["newEvaluationResult"]["complianceType"] for item in heard.config()} == {"NOT_APPLICABLE"}
    assert heard.findings("EC2.9")[-1]["RecordState"] == "ARCHIVED"
    assert [one["RecordState"] for one in heard.imported_from_config()] == ["ARCHIVED"]
    assert [one["status"] for one in heard.ocsf()] == ["Archived"]


def test_a_key_fails_on_the_day_when_it_is_too_old(
    cloud: CustomerCloud, detector: Detector, heard: Heard, clock: Clock
) -> None:
    place = AccountRegion(cloud, ACCOUNT)
    identities.user(place, "robot")
    identities.access_key(place, "robot", clock.now)
    cloud.calls.touch(ACCOUNT, "iam")
    for days in (90, 1):
        clock.advance(days=days)
        detector.scan()
    assert [item["Compliance"]["Status"] for item in heard.findings("IAM.3")] == ["PASSED", "FAILED"]
