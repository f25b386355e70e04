"""Rules of security groups as values."""

from __future__ import annotations

import pytest

from bot.domain.errors import BadInput
from bot.remediations.toolkit.security_group_rules import NO_DETAILS, SecurityGroupRule, rule_details

THEIRS = {
    "IsEgress": False,
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "ReferencedGroupInfo": {"GroupId": "sg-0aa1", "UserId": "210987654321", "VpcPeeringConnectionId": "pcx-1"},
}


@pytest.mark.parametrize(
    "name",
    [
        "inbound all from sg-0aa1",
        "outbound all to 0.0.0.0/0",
        "inbound tcp 22 from pl-0bb2",
        "outbound udp 0..65535 to ::/0",
        "inbound icmp -1 from 10.0.0.0/8",
        "inbound 50 -1 from 10.0.0.0/8",
    ],
)
def test_a_rule_is_named_and_found_by_its_name(name: str) -> None:
    assert SecurityGroupRule.named(name).name == name


def test_what_is_no_rule_is_refused() -> None:
    with pytest.raises(BadInput, match="no rule of a security group"):
        SecurityGroupRule.named("inbound rule 100")


def test_a_group_of_a_peered_account_is_written_again_as_it_was() -> None:
    permission = SecurityGroupRule.of(THEIRS).permission(rule_details(THEIRS))
    peer = {"GroupId": "sg-0aa1", "UserId": "210987654321", "VpcPeeringConnectionId": "pcx-1"}
    assert permission == {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [peer]}


def test_a_rule_on_which_nothing_is_written_says_allowed() -> None:
    assert rule_details({"IsEgress": True, "IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0", "Tags": []}) == NO_DETAILS
