"""The filter patterns are exactly those of the published reference: a control fails with any other."""

from __future__ import annotations

import pytest

from bot.remediations.cloudtrail.cis_alarms import PATTERNS


@pytest.mark.parametrize(
    ("control", "pattern"),
    [
        (
            "CloudWatch.7",
            "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}",
        ),
        (
            "CloudWatch.10",
            (
                "{($.eventName=AuthorizeSecurityGroupIngress) || ($.eventName=AuthorizeSecurityGroupEgress)"
                " || ($.eventName=RevokeSecurityGroupIngress) || ($.eventName=RevokeSecurityGroupEgress)"
                " || ($.eventName=CreateSecurityGroup) || ($.eventName=DeleteSecurityGroup)}"
            ),
        ),
        (
            "CloudWatch.11",
            (
                "{($.eventName=CreateNetworkAcl) || ($.eventName=CreateNetworkAclEntry) || "
                "($.eventName=DeleteNetworkAcl) || ($.eventName=DeleteNetworkAclEntry) || "
                "($.eventName=ReplaceNetworkAclEntry) || ($.eventName=ReplaceNetworkAclAssociation)}"
            ),
        ),
        (
            "CloudWatch.12",
            (
                "{($.eventName=CreateCustomerGateway) || ($.eventName=DeleteCustomerGateway)"
                " || ($.eventName=AttachInternetGateway) || ($.eventName=CreateInternetGateway)"
                " || ($.eventName=DeleteInternetGateway) || ($.eventName=DetachInternetGateway)}"
            ),
        ),
    ],
)
def test_a_pattern_is_the_prescribed_one(control: str, pattern: str) -> None:
    assert PATTERNS[control] == pattern


def test_every_pattern_is_one_that_cloudwatch_takes() -> None:
    assert {control for control, pattern in PATTERNS.items() if len(pattern) > 1024} == set()
