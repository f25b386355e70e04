"""What is asked of EC2 about a security group and its rules, whichever remediation asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_network
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if, none_if
from bot.remediations.toolkit.ports import ALL, peer_in, ports_in

_NAMED: Final = 5
_NO_GROUP: Final = "not known: it tells no security group"
_PRIVATE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10"))
)
"""RFC 1918, RFC 6598, RFC 4193 and link-local: what no packet of the internet comes from."""


def group_of(aws: Account, target: Target) -> dict[str, Any]:
    """The group. Raises ResourceGone, or Refusal for one that another account shares."""
    with gone_if("InvalidGroup.NotFound"):
        found = aws.client("ec2").describe_security_groups(GroupIds=[target.resource.name])["SecurityGroups"]
    group: dict[str, Any] = found[0]
    if group["OwnerId"] != target.resource.account:
        raise Refusal(f"the group belongs to account {group['OwnerId']}, which shares its network")
    return group


def rules_of(aws: Account, target: Target) -> list[dict[str, Any]]:
    """All rules of the group, both ways, as DescribeSecurityGroupRules gives them."""
    pages = aws.client("ec2").get_paginator("describe_security_group_rules")
    mine = pages.paginate(Filters=[{"Name": "group-id", "Values": [target.resource.name]}])
    return [one for page in mine for one in page["SecurityGroupRules"]]


def faces_of(aws: Account, target: Target) -> list[dict[str, Any]]:
    """The network interfaces that are in the group."""
    pages = aws.client("ec2").get_paginator("describe_network_interfaces")
    mine = pages.paginate(Filters=[{"Name": "group-id", "Values": [target.resource.name]}])
    return [face for page in mine for face in page["NetworkInterfaces"]]


def public_sources(aws: Account, groups: Iterable[str]) -> str:
    """Whom these groups let in from outside of private networks, for people to read."""
    wanted = sorted(groups)
    if not wanted:
        return _NO_GROUP
    found = {_public_source(rule) for rule in _inbound(aws, wanted)} - {""}
    return _some(found) if found else "nobody: they name private networks and groups only"


def sources_on(aws: Account, groups: Iterable[str], port: int) -> str:
    """Whom these groups let in on one TCP port, for people to read; nothing where that is nobody."""
    wanted = sorted(groups)
    if not wanted:
        return _NO_GROUP
    return _some({peer_in(rule) for rule in _inbound(aws, wanted) if _covers(rule, port)})


def _inbound(aws: Account, groups: list[str]) -> list[dict[str, Any]]:
    pages = aws.client("ec2").get_paginator("describe_security_group_rules")
    filters = [{"Name": "group-id", "Values": groups}]
    rules = [rule for page in pages.paginate(Filters=filters) for rule in page["SecurityGroupRules"]]
    return [rule for rule in rules if not rule["IsEgress"]]


def _some(found: Collection[str]) -> str:
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(sorted(found)[:_NAMED]) + more


def _covers(rule: Mapping[str, Any], port: int) -> bool:
    protocol = str(rule["IpProtocol"])
    low, high = ports_in(rule, protocol)
    return protocol == ALL or (protocol == "tcp" and low <= port <= high)


def _public_source(rule: Mapping[str, Any]) -> str:
    """Where the rule lets in from, if that may be outside; what a prefix list holds is not read."""
    source = str(rule.get("CidrIpv4") or rule.get("CidrIpv6") or "")
    if not source:
        return str(rule.get("PrefixListId") or "")
    network = ip_network(source, strict=False)
    ends = (network.network_address, network.broadcast_address)
    return "" if any(all(end in private for end in ends) for private in _PRIVATE) else source


def authorise(aws: Account, target: Target, permission: dict[str, Any], tags: dict[str, Any], *, inbound: bool) -> None:
    """Write one rule; one that is there already is no error."""
    ec2 = aws.client("ec2")
    call = ec2.authorize_security_group_ingress if inbound else ec2.authorize_security_group_egress
    none_if(
        lambda: call(GroupId=target.resource.name, IpPermissions=[permission], **tags), "InvalidPermission.Duplicate"
    )


def revoke(aws: Account, target: Target, ids: list[str], *, inbound: bool) -> None:
    """Take rules out by the ids that they have now; what is gone already is no error."""
    ec2 = aws.client("ec2")
    call = ec2.revoke_security_group_ingress if inbound else ec2.revoke_security_group_egress
    if ids:
        none_if(
            lambda: call(GroupId=target.resource.name, SecurityGroupRuleIds=ids), "InvalidSecurityGroupRuleId.NotFound"
        )


def rule_resources(target: Target) -> tuple[str, ...]:
    """The group and its rules, whose ids AWS assigns."""
    group = target.resource
    return (group.id, f"arn:{group.partition}:ec2:{group.region}:{group.account}:security-group-rule/*")
