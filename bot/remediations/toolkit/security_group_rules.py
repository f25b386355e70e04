"""Security group rules as values, named so that the name identifies the rule (AWS assigns new ids on each creation)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import BadInput
from bot.remediations.toolkit.port_ranges import LAST_PORT, PortRange, subtract_ranges

ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})
ALL_PROTOCOLS: Final = "-1"
NO_DETAILS: Final = "allowed"
_PROTOCOL_NAMES: Final = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_NAME: Final = re.compile(
    r"(?P<way>inbound|outbound) (?P<protocol>\S+)(?: (?P<low>-?\d+)(?:\.\.(?P<high>-?\d+))?)? (?:from|to) (?P<peer>\S+)"
)


@dataclass(frozen=True, order=True)
class SecurityGroupRule:
    """A rule in either direction. The peer is an address range, a prefix list, or a security group."""

    way: str
    protocol: str
    low: int
    high: int
    peer: str

    @property
    def name(self) -> str:
        """The setting's name: `outbound tcp 443 to 0.0.0.0/0`."""
        preposition = "from" if self.way == "inbound" else "to"
        ports = "" if self.protocol == ALL_PROTOCOLS else f" {_ports_text(self.low, self.high)}"
        return f"{self.way} {_protocol_text(self.protocol)}{ports} {preposition} {self.peer}"

    @classmethod
    def from_name(cls, name: str) -> SecurityGroupRule:
        """Return the rule of this name. Raise BadInput."""
        match = _NAME.fullmatch(name)
        if not match:
            raise BadInput(f"{name!r} is no rule of a security group")
        return cls(match["way"], *_protocol_and_ports(match), match["peer"])

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> SecurityGroupRule:
        """Return a rule of the response of DescribeSecurityGroupRules."""
        way = "outbound" if response["IsEgress"] else "inbound"
        protocol = str(response["IpProtocol"])
        return cls(way, protocol, *rule_ports(response, protocol), rule_peer(response))

    def permission(self, details: Value) -> dict[str, Any]:
        """Return the IpPermission of EC2's calls, with the description and peering details of `rule_details`."""
        known: Mapping[str, Any] = {} if details == NO_DETAILS else details
        description = {"Description": known["description"]} if known.get("description") else {}
        ports = {} if self.protocol == ALL_PROTOCOLS else {"FromPort": self.low, "ToPort": self.high}
        return {"IpProtocol": self.protocol, **ports, **self._peer(known, description)}

    def _peer(self, details: Mapping[str, Any], description: Mapping[str, str]) -> dict[str, Any]:
        if self.peer.startswith("pl-"):
            return {"PrefixListIds": [{"PrefixListId": self.peer, **description}]}
        if self.peer.startswith("sg-"):
            return {"UserIdGroupPairs": [{"GroupId": self.peer, **details.get("of", {}), **description}]}
        ranges, key = ("Ipv6Ranges", "CidrIpv6") if ":" in self.peer else ("IpRanges", "CidrIp")
        return {ranges: [{key: self.peer, **description}]}


@dataclass(frozen=True, order=True)
class InboundRule:
    """An inbound rule from an address range. Ports are -1 for all of the protocol; for ICMP they are types."""

    protocol: str
    low: int
    high: int
    source: str

    @property
    def name(self) -> str:
        """The setting's name: `inbound tcp 22 from 0.0.0.0/0`."""
        has_ports = self.protocol != ALL_PROTOCOLS and (self.low, self.high) != (-1, -1)
        ports = f" {_ports_text(self.low, self.high)}" if has_ports else ""
        return f"inbound {_protocol_text(self.protocol)}{ports} from {self.source}"

    @classmethod
    def from_name(cls, name: str) -> InboundRule:
        """Return the rule of this name. Raise BadInput."""
        match = _NAME.fullmatch(name)
        if not match or match["way"] != "inbound":
            raise BadInput(f"{name!r} is no inbound rule")
        return cls(*_protocol_and_ports(match), match["peer"])

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> InboundRule:
        """Return a rule of the response of DescribeSecurityGroupRules; the source is '' if it is no address range."""
        protocol = _PROTOCOL_NAMES.get(response["IpProtocol"], response["IpProtocol"])
        source = response.get("CidrIpv4") or response.get("CidrIpv6") or ""
        return cls(protocol, *rule_ports(response, protocol), source)

    def permission(self, details: Value) -> dict[str, Any]:
        """Return the IpPermission of EC2's calls, with the description of `rule_details`."""
        return SecurityGroupRule("inbound", self.protocol, self.low, self.high, self.source).permission(details)

    def without(self, excluded: Mapping[str, Iterable[PortRange]]) -> tuple[InboundRule, ...]:
        """Return the rules that remain without the excluded ports of each protocol; the rule itself if none applies.

        A rule for all protocols becomes rules for TCP, UDP and ICMP.
        """
        if self.protocol == ALL_PROTOCOLS:
            return self._split(excluded) if any(excluded.values()) else (self,)
        ranges = subtract_ranges((self.low, self.high), excluded.get(self.protocol, ()))
        return tuple(InboundRule(self.protocol, low, high, self.source) for low, high in ranges)

    def _split(self, excluded: Mapping[str, Iterable[PortRange]]) -> tuple[InboundRule, ...]:
        icmp = "icmpv6" if ":" in self.source else "icmp"
        whole = (InboundRule("tcp", 0, LAST_PORT, self.source), InboundRule("udp", 0, LAST_PORT, self.source))
        return (*(part for rule in whole for part in rule.without(excluded)), InboundRule(icmp, -1, -1, self.source))


def rule_ports(response: Mapping[str, Any], protocol: str) -> PortRange:
    """Return the ports of a rule of EC2, which omits them for all ports; -1 if the protocol has none."""
    if protocol == ALL_PROTOCOLS:
        return (-1, -1)
    first, last = (0, LAST_PORT) if protocol in {"tcp", "udp"} else (-1, -1)
    low, high = response.get("FromPort"), response.get("ToPort")
    return (first if low is None else int(low), last if high is None else int(high))


def rule_peer(response: Mapping[str, Any]) -> str:
    """Return the source or destination of a rule of EC2: an address range, a prefix list, or a group."""
    candidates = (response.get("CidrIpv4"), response.get("CidrIpv6"), response.get("PrefixListId"))
    group = response.get("ReferencedGroupInfo", {}).get("GroupId", "")
    return str(next((peer for peer in candidates if peer), group))


def rule_details(response: Mapping[str, Any]) -> Value:
    """Return what undo has to restore with the rule: description, peer and tags. `aws:` tags cannot be written."""
    tags = {tag["Key"]: tag["Value"] for tag in response.get("Tags", []) if not tag["Key"].startswith("aws:")}
    description = {"description": response["Description"]} if response.get("Description") else {}
    group = response.get("ReferencedGroupInfo", {})
    of = {key: group[key] for key in ("UserId", "VpcPeeringConnectionId") if group.get(key)}
    return {**description, **({"of": of} if of else {}), **({"tags": tags} if tags else {})} or NO_DETAILS


def tag_specifications(details: Value) -> dict[str, Any]:
    """Return the tags of `rule_details` as the argument of EC2's calls."""
    known: Mapping[str, Any] = {} if details == NO_DETAILS else details
    tags = [{"Key": key, "Value": value} for key, value in sorted(known.get("tags", {}).items())]
    return {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tags}]} if tags else {}


def _protocol_and_ports(match: re.Match[str]) -> tuple[str, int, int]:
    if match["protocol"] == "all":
        return (ALL_PROTOCOLS, -1, -1)
    low = int(match["low"] or -1)
    return (match["protocol"], low, int(match["high"] or low))


def _protocol_text(protocol: str) -> str:
    return "all" if protocol == ALL_PROTOCOLS else protocol


def _ports_text(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}..{high}"
