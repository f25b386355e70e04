"""Security groups: no door to the whole world but those that the controls allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize
from bot.remediations.toolkit.ports import WORLD, Rule, Span, all_but, spans
from bot.remediations.toolkit.security_group_calls import (
    authorise,
    faces_of,
    group_of,
    revoke,
    rule_resources,
    rules_of,
)
from bot.remediations.toolkit.security_group_rules import ALLOWED, tagged, written_on

HIGH_RISK: Final = (
    *(20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601),
    *(8080, 8088, 8888, 9200, 9300),
)
"""EC2.19: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19."""

_REMOTE: Final = (22, 3389)
"""EC2.53, EC2.54: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-53."""

_NAMED: Final[Mapping[str, tuple[int, ...]]] = {
    "EC2.13": (22,),
    "EC2.14": (3389,),
    "EC2.19": HIGH_RISK,
    "EC2.53": _REMOTE,
    "EC2.54": _REMOTE,
}
_SOURCES: Final[Mapping[str, frozenset[str]]] = {"EC2.53": frozenset({"0.0.0.0/0"}), "EC2.54": frozenset({"::/0"})}
"""The family of addresses that a control is about, where it is one."""

_CONCERNED: Final = frozenset({"tcp", "udp", "icmp", "icmpv6", "-1"})


class CloseOpenPorts(Remediation):
    """Take out of a security group exactly what the open controls name; a wider rule is narrowed, not removed.

    All controls look at rules from 0.0.0.0/0 and ::/0 only, EC2.53 at the former and EC2.54 at the latter: rules from
    prefix lists are left alone and told as evidence. EC2.18 is about TCP and UDP, the others about TCP. A rule for all
    traffic becomes rules for TCP, UDP and ICMP, because the other protocols cannot be named in rules one by one within
    a group's quota.
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
        """The rules that let the world in, with what is written on them."""
        group_of(aws, target)
        found = {Rule.of(one): written_on(one) for one in _inbound(aws, target) if _from_world(one)}
        return {rule.name: found[rule] for rule in sorted(found) if rule.protocol in _CONCERNED}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The same rules without the wrong ports."""
        right: dict[str, Value] = {}
        for name, written in settings.items():
            rule = Rule.named(name)
            kept = [part.name for part in rule.without(wrong_ports(target.controls, params, rule.source))]
            if written is not ABSENT:
                right.update({part: settings.get(part, written) for part in kept if right.get(part, ABSENT) is ABSENT})
            if name not in kept:
                right.setdefault(name, ABSENT)
        return right

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Authorise one rule, or revoke it by the id that it has now."""
        rule = Rule.named(setting)
        if value is ABSENT:
            ids = [one["SecurityGroupRuleId"] for one in _inbound(aws, target) if Rule.of(one) == rule]
            revoke(aws, target, ids, inbound=True)
        else:
            description = "" if value == ALLOWED else value.get("description", "")
            authorise(aws, target, rule.permission(description), tagged(value), inbound=True)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The group and its rules, whose ids AWS assigns."""
        return rule_resources(target)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who is behind the group."""
        yield evidence_of("What uses the group?", lambda: _users(aws, target))
        yield evidence_of("Who else is let in?", lambda: _others(aws, target))
        yield evidence_of("Would a stack put the rules back?", lambda: _stack(aws, target))
        yield Evidence("Who comes in through them now?", "not known (flow logs are not read)", known=False)


def wrong_ports(controls: Iterable[str], params: Mapping[str, Any], source: str) -> dict[str, tuple[Span, ...]]:
    """By protocol, what the open controls say must not be open to this source."""
    tcp: set[Span] = set()
    udp: set[Span] = set()
    for control in controls:
        if source in _SOURCES.get(control, WORLD):
            tcp.update(spans(_NAMED.get(control, ())))
        if control == "EC2.18":
            tcp.update(all_but(spans(params["authorizedTcpPorts"])))
            udp.update(all_but(spans(params["authorizedUdpPorts"])))
    return {"tcp": tuple(sorted(tcp)), "udp": tuple(sorted(udp))}


def _inbound(aws: Account, target: Target) -> list[dict[str, Any]]:
    return [one for one in rules_of(aws, target) if not one["IsEgress"]]


def _from_world(answer: Mapping[str, Any]) -> bool:
    return bool({answer.get("CidrIpv4"), answer.get("CidrIpv6")} & WORLD)


def _users(aws: Account, target: Target) -> str:
    faces = faces_of(aws, target)
    if not faces:
        return "nothing"
    instances = {face["Attachment"]["InstanceId"] for face in faces if face.get("Attachment", {}).get("InstanceId")}
    balancers = [face for face in faces if face.get("Description", "").startswith("ELB ")]
    public = [face for face in faces if face.get("Association", {}).get("PublicIp")]
    parts = (
        pluralize(len(instances), "instance"),
        pluralize(len(balancers), "load balancer interface"),
        pluralize(len(public), "public address", "public addresses"),
    )
    return f"{pluralize(len(faces), 'network interface')}: {', '.join(parts)}"


def _others(aws: Account, target: Target) -> str:
    rest = [one for one in _inbound(aws, target) if not _from_world(one)]
    lists = [one for one in rest if one.get("PrefixListId")]
    return f"{pluralize(len(rest), 'other rule')}, {pluralize(len(lists), 'prefix list')} among them: left alone"


def _stack(aws: Account, target: Target) -> str:
    tags = {one["Key"]: one["Value"] for one in group_of(aws, target).get("Tags", [])}
    name = tags.get("aws:cloudformation:stack-name")
    return f"the group is of the stack {name}: change it there too" if name else "no sign of a stack"
