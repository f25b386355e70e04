"""One problem in up to four formats is one finding."""

from __future__ import annotations

import pytest

from bot.domain.finding import order
from tests.sources.builders import a_compliance_change, a_finding, an_event, an_ocsf_finding, observed


@pytest.mark.parametrize("name", ["findings_v2", "config_imported", "config_compliance_change", "securityhub_passed"])
def test_every_format_names_the_same_finding(name: str) -> None:
    assert observed(an_event(name)).fid == observed(an_event("securityhub_failed")).fid


def test_the_formats_are_separate_sources_of_one_finding() -> None:
    names = ("securityhub_failed", "findings_v2", "config_imported", "config_compliance_change")
    assert len({observed(an_event(name)).source.id for name in names}) == len(names)


def test_a_late_copy_in_one_format_never_overrules_the_other_format() -> None:
    asff, ocsf = observed(a_finding()).source, observed(an_ocsf_finding()).source
    assert asff.id != ocsf.id
    assert asff.finding_id == ocsf.finding_id


def test_a_newer_update_of_one_source_is_newer() -> None:
    failed, passed = observed(an_event("securityhub_failed")), observed(an_event("securityhub_passed"))
    assert order(passed.source, failed.source) == "newer"
    assert order(failed.source, passed.source) == "older"


def test_the_account_is_the_findings_and_not_the_envelopes() -> None:
    assert observed(an_event("securityhub_failed")).resource.account == "111122223333"


def test_two_pack_copies_of_a_rule_are_one_control_and_two_sources() -> None:
    one, other = (
        observed(
            a_compliance_change(configRuleName=f"s3-bucket-level-public-access-prohibited-conformance-pack-{pack}")
        )
        for pack in ("q08q9ddkd", "a1b2c3d4e")
    )
    assert one.fid == other.fid
    assert one.source.id != other.source.id


def test_an_account_is_named_alike_by_both_services() -> None:
    hub = a_finding(Resources=[{"Type": "AwsAccount", "Id": "AWS::::Account:111122223333", "Region": "eu-west-1"}])
    config = a_compliance_change(resourceType="AWS::::Account", resourceId="111122223333")
    assert observed(hub).resource == observed(config).resource


def test_an_imported_config_finding_of_no_known_type_is_the_resource_that_its_id_names() -> None:
    hub = an_event("config_imported")["detail"]["findings"][0]
    other = {**hub, "Resources": [{"Type": "Other", "Id": "AWS::::Account:111122223333", "Region": "eu-west-1"}]}
    config = a_compliance_change(resourceType="AWS::::Account", resourceId="111122223333")
    assert observed(other).fid == observed(config).fid


def test_a_global_resource_is_one_whatever_region_speaks_of_it() -> None:
    user = {"Type": "AwsIamUser", "Id": "arn:aws:iam::111122223333:user/dana"}
    here, there = ({**user, "Region": region} for region in ("eu-west-1", "us-east-1"))
    assert observed(a_finding(Resources=[here])).fid == observed(a_finding(Resources=[there])).fid


def test_without_a_resource_the_account_is_it() -> None:
    seen = observed(a_finding(Resources=None))
    assert (seen.resource.type, seen.resource.id, seen.written_resource) == ("AWS::::Account", *["111122223333"] * 2)


def test_two_findings_that_name_no_account_and_no_resource_are_two() -> None:
    one, other = (
        observed(an_ocsf_finding(cloud=None, resources=None, finding_info={"uid": uid, "types": ["brute-force"]}))
        for uid in ("a", "b")
    )
    assert one.fid != other.fid
    assert not one.trusted
