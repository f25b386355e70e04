"""Security groups and subnets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.local.inventory.resource import Resource, tag_map
from infra.local.sandbox.accounts import AccountRegion


def read_groups(place: AccountRegion) -> Iterator[Resource]:
    """Security groups with their individual inbound rules."""
    ec2 = place.client("ec2")
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        own = [rule for rule in rules if rule["GroupId"] == group["GroupId"] and not rule["IsEgress"]]
        yield Resource(
            account=place.account,
            region=place.region,
            type="AWS::EC2::SecurityGroup",
            id=group["GroupId"],
            arn=f"arn:aws:ec2:{place.region}:{place.account}:security-group/{group['GroupId']}",
            name=group["GroupName"],
            settings={
                "GroupName": group["GroupName"],
                "VpcId": group.get("VpcId"),
                "InboundRules": sorted((_rule(rule) for rule in own), key=lambda rule: str(list(rule.values())[1:])),
            },
            tags=tag_map(group.get("Tags", [])),
        )


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    referenced = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return {
        "SecurityGroupRuleId": rule["SecurityGroupRuleId"],
        "IpProtocol": rule["IpProtocol"],
        "FromPort": rule.get("FromPort", -1),
        "ToPort": rule.get("ToPort", -1),
        "Source": rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or referenced,
        "Description": rule.get("Description", ""),
    }


def read_subnets(place: AccountRegion) -> Iterator[Resource]:
    """Subnets, with their setting for public addresses."""
    for subnet in place.client("ec2").describe_subnets()["Subnets"]:
        tags = tag_map(subnet.get("Tags", []))
        yield Resource(
            account=place.account,
            region=place.region,
            type="AWS::EC2::Subnet",
            id=subnet["SubnetId"],
            arn=f"arn:aws:ec2:{place.region}:{place.account}:subnet/{subnet['SubnetId']}",
            name=tags.get("Name", subnet["SubnetId"]),
            settings={
                "VpcId": subnet["VpcId"],
                "CidrBlock": subnet["CidrBlock"],
                "MapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
            },
            tags=tags,
        )
