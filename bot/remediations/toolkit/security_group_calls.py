"""EC2 calls about security groups and their rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_network
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if, none_if, paginated
from bot.remediations.toolkit.security_group_rules import ALL_PROTOCOLS, rule_peer, rule_ports

_LISTED: Final = 5
_NO_GROUP: Final = "not known: it tells no security group"
_PRIVATE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10"))
)
"""Networks that are not routed on the internet: RFC 1918, RFC 6598, RFC 4193 and link-local."""


def security_group_of(aws: Account, target: Target) -> dict[str, Any]:
    """Return the security group. Raise ResourceGone, or Refusal for a group that another account shares."""
    with gone_if("InvalidGroup.NotFound"):
        response = aws.client("ec2").describe_security_groups(GroupIds=[target.resource.name])
    group: dict[str, Any] = response["SecurityGroups"][0]
    if group["OwnerId"] != target.resource.account:
        raise Refusal(f"the group belongs to account {group['OwnerId']}, which shares its network")
    return group


def rules_of(aws: Account, groups: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rules of these groups in both directions, as DescribeSecurityGroupRules returns them."""
    filters = [{"Name": "group-id", "Values": sorted(groups)}]
    return paginated(aws.client("ec2"), "describe_security_group_rules", "SecurityGroupRules", Filters=filters)


def inbound_rules_of(aws: Account, groups: Iterable[str]) -> list[dict[str, Any]]:
    return [rule for rule in rules_of(aws, groups) if not rule["IsEgress"]]


def public_sources(aws: Account, groups: Iterable[str]) -> str:
    """Return the sources outside private networks that these groups allow, as evidence."""
    names = sorted(groups)
    if not names:
        return _NO_GROUP
    sources = {_public_source(rule) for rule in inbound_rules_of(aws, names)} - {""}
    return _listed(sources) if sources else "nobody: they name private networks and groups only"


def sources_on_port(aws: Account, groups: Iterable[str], port: int) -> str:
    """Return the sources that these groups allow on a TCP port, as evidence; '' if there is none."""
    names = sorted(groups)
    if not names:
        return _NO_GROUP
    return _listed({rule_peer(rule) for rule in inbound_rules_of(aws, names) if _includes(rule, port)})


def _listed(sources: Collection[str]) -> str:
    more = f" and {len(sources) - _LISTED} more" if len(sources) > _LISTED else ""
    return ", ".join(sorted(sources)[:_LISTED]) + more


def _includes(rule: Mapping[str, Any], port: int) -> bool:
    protocol = str(rule["IpProtocol"])
    low, high = rule_ports(rule, protocol)
    return protocol == ALL_PROTOCOLS or (protocol == "tcp" and low <= port <= high)


def _public_source(rule: Mapping[str, Any]) -> str:
    """Return the rule's source if it may be outside private networks. The entries of prefix lists are not read."""
    source = str(rule.get("CidrIpv4") or rule.get("CidrIpv6") or "")
    if not source:
        return str(rule.get("PrefixListId") or "")
    network = ip_network(source, strict=False)
    ends = (network.network_address, network.broadcast_address)
    return "" if any(all(end in private for end in ends) for private in _PRIVATE) else source


def authorize_rule(
    aws: Account, target: Target, permission: dict[str, Any], tags: dict[str, Any], *, inbound: bool
) -> None:
    """Create a rule; a rule that exists already is no error."""
    ec2 = aws.client("ec2")
    call = ec2.authorize_security_group_ingress if inbound else ec2.authorize_security_group_egress
    none_if(
        lambda: call(GroupId=target.resource.name, IpPermissions=[permission], **tags), "InvalidPermission.Duplicate"
    )


def revoke_rules(aws: Account, target: Target, ids: list[str], *, inbound: bool) -> None:
    """Remove rules by their current ids; a rule that is gone already is no error."""
    ec2 = aws.client("ec2")
    call = ec2.revoke_security_group_ingress if inbound else ec2.revoke_security_group_egress
    if ids:
        none_if(
            lambda: call(GroupId=target.resource.name, SecurityGroupRuleIds=ids), "InvalidSecurityGroupRuleId.NotFound"
        )


def rule_arns(target: Target) -> tuple[str, ...]:
    """Return the ARNs of the group and of all rules, because AWS assigns the ids of rules."""
    group = target.resource
    return (group.id, f"arn:{group.partition}:ec2:{group.region}:{group.account}:security-group-rule/*")
