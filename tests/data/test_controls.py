"""The bot's table of Security Hub's controls."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from importlib import resources

import pytest

from bot.data.controls import base_rule_name, control_severity, controls, rule_name
from bot.domain.finding import Severity
from tests.sources.builders import a_compliance_change, a_finding, observed


def test_the_table_has_every_control_once() -> None:
    ids = [one.id for one in controls().all]
    assert len(ids) == len(set(ids)) == 579
    assert sum(one.retired for one in controls().all) == 5
    assert sum(one.fsbp for one in controls().all) == 358


def test_ids_are_spelled_as_the_catalogue_spells_them() -> None:
    assert controls().canonical_id("cloudtrail.6") == "CloudTrail.6"
    assert controls().canonical_id("PCI.S3.4") == "PCI.S3.4"


def test_a_rule_that_means_several_controls_means_none() -> None:
    assert controls().by_rule("IAM_PASSWORD_POLICY") == ""
    assert controls().by_rule("restricted-common-ports") == ""
    assert controls().by_rule("EC2_INSTANCE_NO_PUBLIC_IP") == "EC2.9"


@pytest.mark.parametrize("suffix", ["", "-0a1b2c3d", "-dadfg6"])
def test_security_hubs_rule_names_are_read_with_and_without_their_suffix(suffix: str) -> None:
    assert controls().by_hub_rule(f"securityhub-vpc-default-security-group-closed{suffix}") == "EC2.2"


def test_a_rule_that_only_security_hub_has_is_no_customers_rule() -> None:
    assert controls().by_hub_rule("securityhub-tagged-ec2-vpc-0a1b2c3d") == "EC2.46"
    assert controls().by_rule("tagged-ec2-vpc") == ""


def test_every_managed_rule_of_the_table_has_an_identifier_that_aws_publishes() -> None:
    listed = resources.files("moto.config").joinpath("resources", "aws_managed_rules.json.gz").read_bytes()
    published = {rule_name(identifier) for identifier in json.loads(gzip.decompress(listed))["ManagedRules"]}
    assert {one.rule for one in controls().all if one.managed} <= published


@pytest.mark.parametrize(
    ("identifier", "control"),
    [
        ("INCOMING_SSH_DISABLED", "EC2.13"),
        ("MULTI_REGION_CLOUD_TRAIL_ENABLED", "CloudTrail.1"),
        ("CLOUD_TRAIL_ENABLED", "CloudTrail.3"),
    ],
)
def test_identifiers_that_are_not_the_rules_name_are_known(identifier: str, control: str) -> None:
    assert controls().by_rule(identifier) == control


def test_names_are_unwrapped() -> None:
    assert base_rule_name("s3-x-conformance-pack-q08q9ddkd") == "s3-x"
    assert base_rule_name("OrgConfigRule-S3_X-ffm3onfn") == "S3_X"
    assert base_rule_name("plain") == "plain"


def test_the_severity_is_the_controls_not_the_events() -> None:
    passed = observed(
        a_finding(Severity={"Label": "INFORMATIONAL"}, Compliance={"Status": "PASSED", "SecurityControlId": "S3.8"})
    )
    assert control_severity(passed, None) is Severity.HIGH


def test_of_an_unknown_control_the_highest_that_a_failure_claimed_counts() -> None:
    failure = observed(a_finding(ProductArn="", Severity={"Label": "LOW"}))
    passing = replace(failure, source=replace(failure.source, verdict="PASSED", severity="INFORMATIONAL"))
    assert control_severity(failure, None) is Severity.LOW
    assert control_severity(failure, Severity.HIGH) is Severity.HIGH
    assert control_severity(passing, Severity.HIGH) is Severity.HIGH


def test_of_a_rule_that_claims_nothing_it_is_medium() -> None:
    assert control_severity(observed(a_compliance_change(configRuleName="our-own")), None) is Severity.MEDIUM
