"""Security group rules that allow ports from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize
from bot.remediations.toolkit.network_interfaces import has_public_address, instance_ids, network_interfaces
from bot.remediations.toolkit.port_ranges import PortRange, all_ports_except, parse_port_ranges
from bot.remediations.toolkit.security_group_calls import (
    authorize_rule,
    inbound_rules_of,
    revoke_rules,
    rule_arns,
    security_group_of,
)
from bot.remediations.toolkit.security_group_rules import ANYWHERE, InboundRule, rule_details, tag_specifications

HIGH_RISK_PORTS: Final = (
    *(20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601),
    *(8080, 8088, 8888, 9200, 9300),
)
"""EC2.19: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19."""

_REMOTE_ADMINISTRATION_PORTS: Final = (22, 3389)
"""EC2.53, EC2.54: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-53."""

_FORBIDDEN_TCP_PORTS: Final[Mapping[str, tuple[int, ...]]] = {
    "EC2.13": (22,),
    "EC2.14": (3389,),
    "EC2.19": HIGH_RISK_PORTS,
    "EC2.53": _REMOTE_ADMINISTRATION_PORTS,
    "EC2.54": _REMOTE_ADMINISTRATION_PORTS,
}
_SOURCES: Final[Mapping[str, frozenset[str]]] = {"EC2.53": frozenset({"0.0.0.0/0"}), "EC2.54": frozenset({"::/0"})}
"""The sources of a control that is about one address family only."""

_PROTOCOLS: Final = frozenset({"tcp", "udp", "icmp", "icmpv6", "-1"})


class CloseOpenPorts(Remediation):
    """Remove the ports that the open controls forbid; a rule for more ports is narrowed, not removed.

    The controls are about rules from 0.0.0.0/0 and ::/0 only, EC2.53 about the former and EC2.54 about the latter:
    rules from prefix lists are not changed, but counted as evidence. EC2.18 is about TCP and UDP, the others about TCP.
    A rule for all traffic becomes rules for TCP, UDP and ICMP, because rules for all other protocols would exceed the
    quota of a group.
    """

    title = "Close the ports that are open to the world"
    problem = "Port open to the world"
    controls = ("EC2.13", "EC2.14", "EC2.18", "EC2.19", "EC2.53", "EC2.54")
    config_rules = (
        "INCOMING_SSH_DISABLED",
        "RESTRICTED_INCOMING_TRAFFIC",
        "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS",
        "VPC_SG_PORT_RESTRICTION_CHECK",
    )
    resource_type = "AWS::EC2::SecurityGroup"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups")
    writes = ("ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags", "ec2:RevokeSecurityGroupIngress")
    params: ClassVar[Mapping[str, Param]] = {
        "authorizedTcpPorts": Param([80, 443], "TCP ports that EC2.18 lets be open to the world"),
        "authorizedUdpPorts": Param([], "UDP ports that EC2.18 lets be open to the world"),
    }
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the inbound rules from anywhere, with their details."""
        security_group_of(aws, target)
        public = [one for one in _inbound_rules(aws, target) if _from_anywhere(one)]
        rules = {InboundRule.from_response(one): rule_details(one) for one in public}
        return {rule.name: rules[rule] for rule in sorted(rules) if rule.protocol in _PROTOCOLS}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Return the rules without the forbidden ports; their parts get the details of the rule."""
        compliant: dict[str, Value] = {}
        for name, details in settings.items():
            rule = InboundRule.from_name(name)
            kept = [part.name for part in rule.without(forbidden_ports(target.controls, params, rule.source))]
            if details is not ABSENT:
                new = [part for part in kept if compliant.get(part, ABSENT) is ABSENT]
                compliant.update({part: settings.get(part, details) for part in new})
            if name not in kept:
                compliant.setdefault(name, ABSENT)
        return compliant

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Create one rule, or remove it by its current id."""
        rule = InboundRule.from_name(setting)
        if value is ABSENT:
            current = _inbound_rules(aws, target)
            ids = [one["SecurityGroupRuleId"] for one in current if InboundRule.from_response(one) == rule]
            revoke_rules(aws, target, ids, inbound=True)
        else:
            authorize_rule(aws, target, rule.permission(value), tag_specifications(value), inbound=True)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        return rule_arns(target)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("What uses the group?", lambda: _members(aws, target))
        yield evidence_of("Who else is let in?", lambda: _other_rules(aws, target))
        yield evidence_of("Would a stack put the rules back?", lambda: _stack_name(aws, target))
        yield Evidence("Who comes in through them now?", "not known (flow logs are not read)", known=False)


def forbidden_ports(
    controls: Iterable[str], params: Mapping[str, Any], source: str
) -> dict[str, tuple[PortRange, ...]]:
    """Return the ports that the open controls forbid for this source, by protocol."""
    tcp: set[PortRange] = set()
    udp: set[PortRange] = set()
    for control in controls:
        if source in _SOURCES.get(control, ANYWHERE):
            tcp.update(parse_port_ranges(_FORBIDDEN_TCP_PORTS.get(control, ())))
        if control == "EC2.18":
            tcp.update(all_ports_except(parse_port_ranges(params["authorizedTcpPorts"])))
            udp.update(all_ports_except(parse_port_ranges(params["authorizedUdpPorts"])))
    return {"tcp": tuple(sorted(tcp)), "udp": tuple(sorted(udp))}


def _inbound_rules(aws: Account, target: Target) -> list[dict[str, Any]]:
    return inbound_rules_of(aws, [target.resource.name])


def _from_anywhere(rule: Mapping[str, Any]) -> bool:
    return bool({rule.get("CidrIpv4"), rule.get("CidrIpv6")} & ANYWHERE)


def _members(aws: Account, target: Target) -> str:
    interfaces = network_interfaces(aws, "group-id", target.resource.name)
    if not interfaces:
        return "nothing"
    balancers = [one for one in interfaces if one.get("Description", "").startswith("ELB ")]
    public = [one for one in interfaces if has_public_address(one)]
    parts = (
        pluralize(len(instance_ids(interfaces)), "instance"),
        pluralize(len(balancers), "load balancer interface"),
        pluralize(len(public), "public address", "public addresses"),
    )
    return f"{pluralize(len(interfaces), 'network interface')}: {', '.join(parts)}"


def _other_rules(aws: Account, target: Target) -> str:
    others = [one for one in _inbound_rules(aws, target) if not _from_anywhere(one)]
    lists = [one for one in others if one.get("PrefixListId")]
    return f"{pluralize(len(others), 'other rule')}, {pluralize(len(lists), 'prefix list')} among them: left alone"


def _stack_name(aws: Account, target: Target) -> str:
    tags = {one["Key"]: one["Value"] for one in security_group_of(aws, target).get("Tags", [])}
    name = tags.get("aws:cloudformation:stack-name")
    return f"the group is of the stack {name}: change it there too" if name else "no sign of a stack"
