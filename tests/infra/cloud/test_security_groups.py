from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.sandbox.compute import permission


@pytest.fixture
def group(ec2: Any) -> str:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return str(ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"])


def authorize(ec2: Any, group: str, *permissions: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(permissions), **more)
    added: list[dict[str, Any]] = answer["SecurityGroupRules"]
    return added


def inbound(ec2: Any, group: str, **page: Any) -> list[dict[str, Any]]:
    only = [{"Name": "group-id", "Values": [group]}]
    rules = ec2.describe_security_group_rules(Filters=only, **page)["SecurityGroupRules"]
    return [rule for rule in rules if not rule["IsEgress"]]


def sources(rules: list[dict[str, Any]]) -> list[str]:
    return sorted(rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or "group" for rule in rules)


def grouped(ec2: Any, group: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    return found


TWO = permission((22, 22), v4=[("0.0.0.0/0", "temporary"), ("203.0.113.0/24", "office")], v6=[("::/0", "six")])


def test_every_new_rule_of_every_permission_is_answered(ec2: Any, group: str) -> None:
    added = authorize(ec2, group, TWO, permission((443, 443), v4=[("0.0.0.0/0", "web")]))
    assert sources(added) == ["0.0.0.0/0", "0.0.0.0/0", "203.0.113.0/24", "::/0"]
    assert len({rule["SecurityGroupRuleId"] for rule in added}) == 4


def test_one_of_two_cidrs_can_be_revoked_by_permission(ec2: Any, group: str) -> None:
    authorize(ec2, group, TWO)
    offending = [permission((22, 22), v4=[("0.0.0.0/0", "")])]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=offending)
    assert sources(inbound(ec2, group)) == ["203.0.113.0/24", "::/0"]


def test_one_of_two_cidrs_can_be_revoked_by_rule_id(ec2: Any, group: str) -> None:
    added = authorize(ec2, group, TWO)
    six = next(rule["SecurityGroupRuleId"] for rule in added if "CidrIpv6" in rule)
    answer = ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[six])
    assert sources(inbound(ec2, group)) == ["0.0.0.0/0", "203.0.113.0/24"]
    (revoked,) = answer["RevokedSecurityGroupRules"]
    assert (revoked["SecurityGroupRuleId"], revoked["CidrIpv6"], revoked["Description"]) == (six, "::/0", "six")


def test_a_description_need_not_match_to_revoke(ec2: Any, group: str) -> None:
    authorize(ec2, group, permission((22, 22), v4=[("0.0.0.0/0", "temporary")]))
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[permission((22, 22), v4=[("0.0.0.0/0", "other")])])
    assert inbound(ec2, group) == []


def test_an_unknown_rule_id_is_an_error_of_its_own_and_revokes_nothing(ec2: Any, group: str) -> None:
    known = authorize(ec2, group, TWO)[0]["SecurityGroupRuleId"]
    with pytest.raises(ClientError, match=r"InvalidSecurityGroupRuleId\.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[known, "sgr-0000000000000000a"])
    assert len(inbound(ec2, group)) == 3


def test_an_unknown_permission_revokes_nothing(ec2: Any, group: str) -> None:
    authorize(ec2, group, TWO)
    both = [permission((22, 22), v4=[("0.0.0.0/0", "")]), permission((23, 23), v4=[("0.0.0.0/0", "")])]
    with pytest.raises(ClientError, match=r"InvalidPermission\.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=both)
    assert len(inbound(ec2, group)) == 3


def test_a_duplicate_adds_nothing_of_the_same_call(ec2: Any, group: str) -> None:
    authorize(ec2, group, TWO)
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        authorize(ec2, group, permission((443, 443), v4=[("0.0.0.0/0", "")]), TWO)
    assert len(inbound(ec2, group)) == 3


def test_all_protocols_have_no_ports(ec2: Any, group: str) -> None:
    authorize(ec2, group, permission(None, "-1", v4=[("0.0.0.0/0", "all")]))
    (rule,) = inbound(ec2, group)
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("-1", -1, -1)
    assert "FromPort" not in grouped(ec2, group)[0]


def test_a_narrowed_range_is_authorised_beside_the_wide_one_then_the_wide_one_goes(ec2: Any, group: str) -> None:
    wide = authorize(ec2, group, permission((0, 65535), v4=[("0.0.0.0/0", "")]))[0]["SecurityGroupRuleId"]
    rest = [permission((0, 21), v4=[("0.0.0.0/0", "")]), permission((23, 65535), v4=[("0.0.0.0/0", "")])]
    authorize(ec2, group, *rest)
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[wide])
    assert sorted((rule["FromPort"], rule["ToPort"]) for rule in inbound(ec2, group)) == [(0, 21), (23, 65535)]


def test_a_prefix_list_keeps_its_description(ec2: Any, group: str) -> None:
    made = ec2.create_managed_prefix_list(PrefixListName="nets", MaxEntries=1, AddressFamily="IPv4")
    named = {"PrefixListId": made["PrefixList"]["PrefixListId"], "Description": "partners"}
    authorize(ec2, group, {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [named]})
    (rule,) = inbound(ec2, group)
    assert (rule["PrefixListId"], rule["Description"]) == (named["PrefixListId"], "partners")
    assert grouped(ec2, group)[0]["PrefixListIds"] == [named]


def test_a_referenced_group_keeps_its_description(ec2: Any, group: str) -> None:
    pair = {"GroupId": group, "Description": "itself"}
    authorize(ec2, group, {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]})
    (rule,) = inbound(ec2, group)
    assert (rule["ReferencedGroupInfo"]["GroupId"], rule["Description"]) == (group, "itself")


def test_tags_of_rules_are_described_and_can_be_changed(ec2: Any, group: str) -> None:
    tagged = [{"ResourceType": "security-group-rule", "Tags": [{"Key": "run", "Value": "01"}]}]
    (rule,) = authorize(ec2, group, permission((22, 22), v4=[("10.0.0.0/8", "")]), TagSpecifications=tagged)
    ec2.create_tags(Resources=[rule["SecurityGroupRuleId"]], Tags=[{"Key": "owner", "Value": "web"}])
    tags = {tag["Key"]: tag["Value"] for tag in inbound(ec2, group)[0]["Tags"]}
    assert tags == {"run": "01", "owner": "web"}


def test_rules_come_in_pages(ec2: Any, group: str) -> None:
    authorize(ec2, group, *(permission((port, port), v4=[("0.0.0.0/0", "")]) for port in range(1, 13)))
    pages = list(ec2.get_paginator("describe_security_group_rules").paginate(PaginationConfig={"PageSize": 5}))
    ours = [rule for page in pages for rule in page["SecurityGroupRules"] if rule["GroupId"] == group]
    assert max(len(page["SecurityGroupRules"]) for page in pages) == 5
    assert len({rule["SecurityGroupRuleId"] for rule in ours}) == 13
    assert "NextToken" not in pages[-1]


def test_without_a_page_size_all_rules_come_at_once(ec2: Any, group: str) -> None:
    authorize(ec2, group, *(permission((port, port), v4=[("0.0.0.0/0", "")]) for port in range(1, 13)))
    assert len(inbound(ec2, group)) == 12


def test_groups_come_in_pages(ec2: Any, group: str) -> None:
    vpc = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["VpcId"]
    for number in range(8):
        ec2.create_security_group(GroupName=f"group-{number}", Description="x", VpcId=vpc)
    pages = list(ec2.get_paginator("describe_security_groups").paginate(PaginationConfig={"PageSize": 5}))
    assert len(pages) > 1
    assert len({item["GroupId"] for page in pages for item in page["SecurityGroups"]}) >= 9
