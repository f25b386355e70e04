"""How entries of a network ACL are narrowed."""

from __future__ import annotations

import pytest

from bot.domain.canonical import ABSENT
from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.resource import Resource
from bot.remediations.ec2.network_acls import CloseAdminPorts

TARGET = Target("CloseAdminPorts", Resource("aws", "123456789012", "eu-west-1", "AWS::EC2::NetworkAcl", "acl-1"))


def narrowed(**entries: str) -> dict[str, object]:
    now = {name.replace("_", "inbound entry "): text for name, text in entries.items()}
    return dict(CloseAdminPorts().comply(now, TARGET, {}))


def test_the_parts_follow_one_another_and_the_new_ones_are_made_first() -> None:
    right = narrowed(_100="allow tcp 0..65535 from 0.0.0.0/0", _200="deny all from 0.0.0.0/0")
    assert list(right.items()) == [
        ("inbound entry 200", "deny all from 0.0.0.0/0"),
        ("inbound entry 102", "allow tcp 3390..65535 from 0.0.0.0/0"),
        ("inbound entry 101", "allow tcp 23..3388 from 0.0.0.0/0"),
        ("inbound entry 100", "allow tcp 0..21 from 0.0.0.0/0"),
    ]


def test_an_entry_for_one_of_the_two_ports_goes() -> None:
    assert narrowed(_100="allow tcp 3389..3389 from ::/0") == {"inbound entry 100": ABSENT}


@pytest.mark.parametrize(
    "text",
    [
        "deny tcp 22..22 from 0.0.0.0/0",
        "allow udp 0..65535 from 0.0.0.0/0",
        "allow tcp 22..22 from 10.0.0.0/8",
        "allow tcp 23..3388 from 0.0.0.0/0",
    ],
)
def test_what_lets_nobody_in_stays(text: str) -> None:
    assert narrowed(_100=text) == {"inbound entry 100": text}


def test_no_other_entry_is_overtaken() -> None:
    with pytest.raises(Refusal, match="not enough free numbers"):
        narrowed(_100="allow tcp 0..65535 from 0.0.0.0/0", _101="deny tcp 80..80 from 0.0.0.0/0")


def test_an_entry_for_all_protocols_is_for_a_person() -> None:
    with pytest.raises(Refusal, match="all protocols"):
        narrowed(_100="allow all from 0.0.0.0/0")


def test_the_quota_of_entries_is_kept() -> None:
    others = {f"_{number}": f"deny tcp {number}..{number} from 10.0.0.0/8" for number in range(200, 219)}
    with pytest.raises(Refusal, match="more than the 20 entries"):
        narrowed(_100="allow tcp 0..65535 from 0.0.0.0/0", **others)
