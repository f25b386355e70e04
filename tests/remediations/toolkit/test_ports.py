"""Inbound rules: their names, and what is left when ports are taken out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.remediations.toolkit.ports import LAST_PORT, InboundRule, all_ports_except, parse_port_ranges, subtract_ranges

ports = st.integers(0, LAST_PORT)
some_spans = st.tuples(ports, ports).map(lambda pair: (min(pair), max(pair)))


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
    assert (rule.name, InboundRule.named(name)) == (name, rule)


@given(span=some_spans, wrong=st.lists(some_spans, max_size=6), port=ports)
def test_what_is_left_is_what_was_there_and_is_not_wrong(
    span: tuple[int, int], wrong: list[tuple[int, int]], port: int
) -> None:
    left = subtract_ranges(span, wrong)
    is_left = any(low <= port <= high for low, high in left)
    was_there = span[0] <= port <= span[1]
    is_wrong = any(low <= port <= high for low, high in wrong)
    assert is_left == (was_there and not is_wrong)
    assert left == sorted(left)


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
    assert InboundRule.of(answer) == InboundRule("tcp", 22, 22, "0.0.0.0/0")


def test_everything_but_what_is_allowed() -> None:
    assert all_ports_except(parse_port_ranges([443, "80-81"])) == ((0, 79), (82, 442), (444, 65535))


@pytest.mark.parametrize("wrong", ["http", "80-", "-1", 70000, "80-https"])
def test_what_is_no_port_is_refused(wrong: int | str) -> None:
    with pytest.raises(BadInput):
        parse_port_ranges([wrong])
