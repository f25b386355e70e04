"""AWS Config's compliance changes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.finding import Severity, SourceKind, Status
from tests.sources.builders import a_compliance_change, an_event, observed, reading

RULE = "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-a1b2c3"


def test_a_compliance_change_is_a_finding_of_its_rules_control() -> None:
    seen = observed(an_event("config_compliance_change"))
    assert (seen.control, seen.source.status, seen.source.kind) == ("S3.8", Status.OPEN, SourceKind.CONFIG)
    assert (seen.written_resource, seen.resource.id) == ("acme-payroll-exports", "arn:aws:s3:::acme-payroll-exports")


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        ("COMPLIANT", Status.PASSED),
        ("NON_COMPLIANT", Status.OPEN),
        ("NOT_APPLICABLE", Status.ARCHIVED),
        ("INSUFFICIENT_DATA", Status.UNKNOWN),
    ],
)
def test_its_statuses_are_translated_to_security_hubs(verdict: str, status: Status) -> None:
    change = a_compliance_change()
    change["newEvaluationResult"]["complianceType"] = verdict
    assert observed(change).source.status is status


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("ec2-public-access-check", "EC2.9"),
        ("ec2-instance-no-public-ip", "EC2.9"),
        ("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "S3.8"),
        ("s3-bucket-level-public-access-prohibited-conformance-pack-q08q9ddkd", "S3.8"),
        ("OrgConfigRule-S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED-ffm3onfn", "S3.8"),
        ("iam-password-policy", "config:iam-password-policy"),
        ("our-own-rule", "config:our-own-rule"),
    ],
)
def test_a_rules_name_is_a_control_where_it_means_exactly_one(name: str, control: str) -> None:
    assert observed(a_compliance_change(configRuleName=name)).control == control


def test_the_policy_may_name_a_rules_control_and_comes_first() -> None:
    assert observed(a_compliance_change(configRuleName="our-own-rule"), our_own_rule="s3.8").control == "S3.8"
    named = a_compliance_change(configRuleName="ec2-public-access-check")
    assert observed(named, ec2_public_access_check="EC2.25").control == "EC2.25"


@pytest.mark.parametrize("arn", [RULE.replace("111122223333", "444455556666"), "", "..."])
def test_a_rule_outside_the_findings_account_is_not_trusted(arn: str) -> None:
    seen = observed(a_compliance_change(configRuleARN=arn))
    assert (seen.control, seen.trusted) == ("config:s3-bucket-level-public-access-prohibited", False)


def test_security_hubs_own_rules_are_left_to_its_findings() -> None:
    (reason,) = reading(an_event("config_hubs_own_rule")).ignored
    assert reason.endswith("is Security Hub's own: its verdict arrives as a Security Hub finding")


def test_a_queue_is_known_by_its_arn_though_config_gives_its_url() -> None:
    url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    seen = observed(a_compliance_change(resourceType="AWS::SQS::Queue", resourceId=url))
    assert seen.resource.id == "arn:aws:sqs:eu-west-1:111122223333:orders"


@pytest.mark.parametrize("missing", ["awsAccountId", "awsRegion", "newEvaluationResult"])
def test_what_identity_and_verdict_need_is_asked_for_by_name(missing: str) -> None:
    fields: dict[str, Any] = {missing: None}
    assert reading(a_compliance_change(**fields)).rejected == (
        f"the AWS Config compliance change: {missing}: field required",
    )


def test_config_claims_no_severity() -> None:
    assert observed(a_compliance_change()).source.severity not in set(Severity)
