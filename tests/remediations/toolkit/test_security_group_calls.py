"""Whom a database's security groups let in from outside, in words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.remediations.toolkit.security_group_calls import public_sources, sources_on_port
from tests.aws import MotoAccount, plain_client


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ([], "nobody: they name private networks and groups only"),
        (["10.2.0.0/16", "192.168.4.0/24", "100.64.0.0/16"], "nobody: they name private networks and groups only"),
        (["0.0.0.0/0", "10.0.0.0/8"], "0.0.0.0/0"),
        (["203.0.113.7/32", "198.51.100.0/24"], "198.51.100.0/24, 203.0.113.7/32"),
        (["10.0.0.0/7"], "10.0.0.0/7"),
        ([f"203.0.113.{last}/32" for last in range(7)], " and 2 more"),
    ],
)
def test_who_may_come_from_outside_is_named(ranges: list[str], said: str, aws: MotoAccount) -> None:
    assert public_sources(aws, [_group([{"IpRanges": [{"CidrIp": one}]} for one in ranges])]).endswith(said)


def test_addresses_of_version_6_count_too(aws: MotoAccount) -> None:
    rules = [{"Ipv6Ranges": [{"CidrIpv6": one}]} for one in ("::/0", "fd00::/8")]
    assert public_sources(aws, [_group(rules)]) == "::/0"


def test_what_a_prefix_list_holds_may_be_outside(aws: MotoAccount) -> None:
    listed = plain_client("ec2").create_managed_prefix_list(
        PrefixListName="partners", MaxEntries=1, AddressFamily="IPv4"
    )["PrefixList"]["PrefixListId"]
    assert public_sources(aws, [_group([{"PrefixListIds": [{"PrefixListId": listed}]}])]) == listed


def test_without_a_group_nothing_is_known(aws: MotoAccount) -> None:
    assert public_sources(aws, []) == "not known: it tells no security group"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, "10.0.0.0/8"),
        ({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 500, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, "0.0.0.0/0"),
        ({"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, "::/0"),
        ({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, ""),
        ({"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, ""),
    ],
)
def test_who_is_let_in_on_a_port_is_named(rule: dict[str, Any], said: str, aws: MotoAccount) -> None:
    assert sources_on_port(aws, [_group([rule])], 443) == said


def _group(rules: list[dict[str, Any]]) -> str:
    ec2 = plain_client("ec2")
    group = str(ec2.create_security_group(GroupName="database", Description="-")["GroupId"])
    for rule in rules:
        permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, **rule}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return group
