"""Security group rules as values: their names, details and permissions."""

from __future__ import annotations

import pytest

from bot.domain.errors import BadInput
from bot.remediations.toolkit.security_group_rules import NO_DETAILS, InboundRule, SecurityGroupRule, rule_details

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
    assert SecurityGroupRule.from_name(name).name == name


def test_what_is_no_rule_is_refused() -> None:
    with pytest.raises(BadInput, match="no rule of a security group"):
        SecurityGroupRule.from_name("inbound rule 100")


def test_a_group_of_a_peered_account_is_written_again_as_it_was() -> None:
    permission = SecurityGroupRule.from_response(THEIRS).permission(rule_details(THEIRS))
    peer = {"GroupId": "sg-0aa1", "UserId": "210987654321", "VpcPeeringConnectionId": "pcx-1"}
    assert permission == {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [peer]}


def test_a_rule_on_which_nothing_is_written_says_allowed() -> None:
    assert rule_details({"IsEgress": True, "IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0", "Tags": []}) == NO_DETAILS


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (InboundRule("tcp", 22, 22, "0.0.0.0/0"), "inbound tcp 22 from 0.0.0.0/0"),
        (InboundRule("udp", 0, 65535, "::/0"), "inbound udp 0..65535 from ::/0"),
        (InboundRule("icmp", -1, -1, "0.0.0.0/0"), "inbound icmp from 0.0.0.0/0"),
        (InboundRule("icmp", 0, 0, "0.0.0.0/0"), "inbound icmp 0 from 0.0.0.0/0"),
        (InboundRule("icmp", 8, -1, "0.0.0.0/0"), "inbound icmp 8..-1 from 0.0.0.0/0"),
        (InboundRule("-1", -1, -1, "::/0"), "inbound all from ::/0"),
    ],
)
def test_a_rule_is_named_so_that_the_name_gives_it_back(rule: InboundRule, name: str) -> None:
    assert (rule.name, InboundRule.from_name(name)) == (name, rule)


def test_a_rule_for_all_traffic_keeps_udp_and_ping_when_a_tcp_port_goes() -> None:
    kept = InboundRule("-1", -1, -1, "::/0").without({"tcp": [(22, 22)], "udp": []})
    assert [rule.name for rule in kept] == [
        "inbound tcp 0..21 from ::/0",
        "inbound tcp 23..65535 from ::/0",
        "inbound udp 0..65535 from ::/0",
        "inbound icmpv6 from ::/0",
    ]


def test_protocols_that_ec2_numbers_are_the_ones_that_it_names() -> None:
    answer = {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"}
    assert InboundRule.from_response(answer) == InboundRule("tcp", 22, 22, "0.0.0.0/0")
