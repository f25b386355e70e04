"""Security groups: exactly what the open controls name."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.canonical import ABSENT
from bot.domain.plan import Changes, Compliant, Refused, Target
from bot.domain.remediation import plan
from bot.remediations.ec2.security_groups import CloseOpenPorts
from tests.aws import MotoAccount, plain_client
from tests.remediations.cases.ec2.groups import make_security_group, permission
from tests.remediations.cases.ec2.instances import run_instance
from tests.remediations.contract import apply, planned, targeted

RECIPE = CloseOpenPorts()
WORLD = "0.0.0.0/0"


def target_of(group: str, *controls: str, **params: Any) -> Target:
    return targeted(CloseOpenPorts, group, *controls, params=params)


def changed(target: Target, aws: MotoAccount) -> dict[str, str]:
    """What the plan does to each rule: `+` authorises, `-` revokes."""
    return {one.setting: "-" if one.after is ABSENT else "+" for one in planned(RECIPE, target, aws).changes}


def test_only_the_ports_of_the_open_controls_are_closed(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 22, WORLD), permission("tcp", 3389, 3389, WORLD))
    assert changed(target_of(group, "EC2.14"), aws) == {f"inbound tcp 3389 from {WORLD}": "-"}


def test_a_wide_rule_is_narrowed_and_the_rest_authorised_first(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 20, 30, WORLD, said="legacy"))
    changes = planned(RECIPE, target_of(group, "EC2.13"), aws).changes
    assert [(one.setting, one.after) for one in changes] == [
        (f"inbound tcp 20..21 from {WORLD}", {"description": "legacy"}),
        (f"inbound tcp 23..30 from {WORLD}", {"description": "legacy"}),
        (f"inbound tcp 20..30 from {WORLD}", ABSENT),
    ]


def test_a_rest_that_is_a_rule_already_is_left_as_it_is(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 80, WORLD), permission("tcp", 23, 80, WORLD, said="mine"))
    assert changed(target_of(group, "EC2.13"), aws) == {f"inbound tcp 22..80 from {WORLD}": "-"}


def test_a_control_of_one_family_leaves_the_other_open(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 22, WORLD, "::/0"), permission("tcp", 3389, 3389, "::/0"))
    assert changed(target_of(group, "EC2.53"), aws) == {f"inbound tcp 22 from {WORLD}": "-"}
    assert changed(target_of(group, "EC2.54"), aws) == {
        "inbound tcp 22 from ::/0": "-",
        "inbound tcp 3389 from ::/0": "-",
    }


def test_a_rule_for_all_traffic_keeps_the_authorised_ports(aws: MotoAccount) -> None:
    group = make_security_group(permission("-1", None, None, WORLD))
    assert changed(target_of(group, "EC2.18", authorizedTcpPorts=[443], authorizedUdpPorts=["5000-5001"]), aws) == {
        f"inbound tcp 443 from {WORLD}": "+",
        f"inbound udp 5000..5001 from {WORLD}": "+",
        f"inbound icmp from {WORLD}": "+",
        f"inbound all from {WORLD}": "-",
    }


def test_rules_from_elsewhere_udp_and_outbound_rules_are_no_matter_of_ec2_19(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 22, "203.0.113.0/24"), permission("udp", 22, 22, WORLD))
    assert isinstance(plan(RECIPE, target_of(group, "EC2.19"), aws), Compliant)


def test_without_an_open_control_nothing_is_wrong(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 22, WORLD))
    nothing = Target(RECIPE.id, target_of(group).resource, frozenset())
    assert isinstance(plan(RECIPE, nothing, aws), Compliant)


def test_descriptions_and_tags_come_back(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 22, WORLD, said="temporary"), tags={"owner": "platform"})
    done = planned(RECIPE, target_of(group, "EC2.13"), aws)
    assert done.changes[0].before == {"description": "temporary", "tags": {"owner": "platform"}}


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_what_is_revoked_is_that_rule_only(aws: MotoAccount, protocol: str) -> None:
    group = make_security_group(
        permission(protocol, 22, 22, WORLD, "198.51.100.0/24"), permission("tcp", 443, 443, WORLD)
    )
    RECIPE.write(target_of(group), f"inbound {protocol} 22 from {WORLD}", ABSENT, aws)
    left = plain_client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert sorted(cidr["CidrIp"] for one in left for cidr in one["IpRanges"]) == [WORLD, "198.51.100.0/24"]


def test_the_evidence_says_what_is_behind_the_group(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 22, WORLD), permission("tcp", 22, 22, "203.0.113.0/24"))
    face = run_instance()["NetworkInterfaces"][0]["NetworkInterfaceId"]
    plain_client("ec2").modify_network_interface_attribute(NetworkInterfaceId=face, Groups=[group])
    outcome = plan(RECIPE, target_of(group, "EC2.13"), aws)
    assert isinstance(outcome, Changes)
    answers = {one.question: one.answer for one in outcome.evidence}
    assert answers["What uses the group?"] == (
        "1 network interface: 1 instance, no load balancer interface, 1 public address"
    )
    assert answers["Who else is let in?"] == "1 other rule, no prefix list among them: left alone"


def test_a_group_that_another_account_shares_is_refused(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 22, 22, WORLD))
    target = target_of(group, "EC2.13")
    borrowed = Target(RECIPE.id, type(target.resource)("aws", "2" * 12, "eu-west-1", target.resource.type, group))
    assert plan(RECIPE, borrowed, aws) == Refused("the group belongs to account 123456789012, which shares its network")


def test_a_plan_is_carried_out_in_an_order_that_never_closes_an_authorised_port(aws: MotoAccount) -> None:
    group = make_security_group(permission("tcp", 0, 65535, WORLD))
    target = target_of(group, "EC2.18", "EC2.19")
    todo = planned(RECIPE, target, aws)
    assert [one.setting.split()[2] for one in todo.changes] == ["80", "443", "0..65535"]
    apply(RECIPE, target, todo, aws)
    assert isinstance(plan(RECIPE, target, aws), Compliant)
