"""Cases of `bot.remediations.ec2.default_security_group`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.default_security_group import EmptyDefaultGroup
from tests.aws import plain_client
from tests.remediations.cases.ec2.groups import make_security_group, permission, rules_of
from tests.remediations.contract import PLANTED, Case, targeted


class ADefaultGroupAsItIsMade(Case):
    """The default rules of AWS, and another rule."""

    remediation = EmptyDefaultGroup

    def make(self) -> Target:
        ec2 = plain_client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "password", "Value": PLANTED}])
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
        group: str = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]
        self.allow(group, {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]})
        tags = [{"ResourceType": "security-group-rule", "Tags": [{"Key": "owner", "Value": "web"}]}]
        self.allow(group, permission("tcp", 443, 443, "10.0.0.0/8", said="intranet"), TagSpecifications=tags)
        return targeted(EmptyDefaultGroup, group)

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").create_tags(Resources=[target.resource.name], Tags=[{"Key": "owner", "Value": "net"}])

    def beside(self, target: Target) -> Any:
        answer = plain_client("ec2").describe_security_groups(GroupIds=[target.resource.name])
        return answer["SecurityGroups"][0]["Tags"]

    def edit_same(self, target: Target) -> None:
        self.allow(target.resource.name, permission("tcp", 443, 443, "10.0.0.0/8", said="needed after all"))

    def destroy(self, target: Target) -> None:
        assert rules_of(target.resource.name)
        group = plain_client("ec2").describe_security_groups(GroupIds=[target.resource.name])["SecurityGroups"][0]
        plain_client("ec2").delete_security_group(GroupId=group["GroupId"])

    def allow(self, group: str, what: dict[str, Any], **more: Any) -> None:
        plain_client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[what], **more)


class ADefaultGroupWithRulesOfEveryKind(ADefaultGroupAsItIsMade):
    """Rules of another group, of a prefix list, and of IPv6."""

    def make(self) -> Target:
        target = super().make()
        group = target.resource.name
        other = {"GroupId": make_security_group(), "Description": "web servers"}
        self.allow(group, {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [other]})
        lists = [{"PrefixListId": "pl-0aa11bb22cc33dd44", "Description": "offices"}]
        self.allow(group, {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "PrefixListIds": lists})
        self.allow(group, permission("icmpv6", -1, -1, "::/0"))
        return target
