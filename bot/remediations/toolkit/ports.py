"""Inbound rules as values: names that people read, and what is left of one when the wrong ports are taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import BadInput

ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})
LAST_PORT: Final = 65535
ALL_PROTOCOLS: Final = "-1"
_NUMBERS: Final = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_NAME: Final = re.compile(r"inbound (?P<protocol>\S+)(?: (?P<low>-?\d+)(?:\.\.(?P<high>-?\d+))?)? from (?P<source>\S+)")
_SPAN: Final = re.compile(r"(?P<low>\d+)(?:-(?P<high>\d+))?")

PortRange = tuple[int, int]
"""Ports from … to, both included."""


@dataclass(frozen=True, order=True)
class InboundRule:
    """One inbound rule of a security group. Ports are -1 where it is for all of its protocol; ICMP has types there."""

    protocol: str
    low: int
    high: int
    source: str

    @property
    def name(self) -> str:
        """`inbound tcp 22 from 0.0.0.0/0`: the setting's name, and the rule's identity (rule ids are AWS's)."""
        if self.protocol == ALL_PROTOCOLS:
            return f"inbound all from {self.source}"
        if (self.low, self.high) == (-1, -1):
            return f"inbound {self.protocol} from {self.source}"
        span = str(self.low) if self.low == self.high else f"{self.low}..{self.high}"
        return f"inbound {self.protocol} {span} from {self.source}"

    @classmethod
    def named(cls, name: str) -> InboundRule:
        """The inverse of `name`. Raises BadInput."""
        found = _NAME.fullmatch(name)
        if not found:
            raise BadInput(f"{name!r} is no inbound rule")
        if found["protocol"] == "all":
            return cls(ALL_PROTOCOLS, -1, -1, found["source"])
        low = int(found["low"] or -1)
        return cls(found["protocol"], low, int(found["high"] or low), found["source"])

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> InboundRule:
        """A rule as DescribeSecurityGroupRules gives it; only rules from addresses have a source here."""
        protocol = _NUMBERS.get(answer["IpProtocol"], answer["IpProtocol"])
        source = answer.get("CidrIpv4") or answer.get("CidrIpv6") or ""
        return cls(protocol, *rule_ports(answer, protocol), source)

    def permission(self, description: str = "") -> dict[str, Any]:
        """The rule as EC2's calls take it."""
        ranges, key = ("Ipv6Ranges", "CidrIpv6") if ":" in self.source else ("IpRanges", "CidrIp")
        said = {"Description": description} if description else {}
        ports = {} if self.protocol == ALL_PROTOCOLS else {"FromPort": self.low, "ToPort": self.high}
        return {"IpProtocol": self.protocol, **ports, ranges: [{key: self.source, **said}]}

    def without(self, wrong: Mapping[str, Iterable[PortRange]]) -> tuple[InboundRule, ...]:
        """What stays of the rule when the wrong ports of each protocol are taken out; itself if none is in it."""
        if self.protocol == ALL_PROTOCOLS:
            return self._unfolded(wrong) if any(wrong.values()) else (self,)
        spans = subtract_ranges((self.low, self.high), wrong.get(self.protocol, ()))
        return tuple(InboundRule(self.protocol, low, high, self.source) for low, high in spans)

    def _unfolded(self, wrong: Mapping[str, Iterable[PortRange]]) -> tuple[InboundRule, ...]:
        ping = "icmpv6" if ":" in self.source else "icmp"
        whole = (InboundRule("tcp", 0, LAST_PORT, self.source), InboundRule("udp", 0, LAST_PORT, self.source))
        return (*(part for one in whole for part in one.without(wrong)), InboundRule(ping, -1, -1, self.source))


def rule_ports(answer: Mapping[str, Any], protocol: str) -> PortRange:
    """The ports of a rule as EC2 tells it, who leaves out what is for all of them; -1 where the protocol has none."""
    if protocol == ALL_PROTOCOLS:
        return (-1, -1)
    whole = (0, LAST_PORT) if protocol in {"tcp", "udp"} else (-1, -1)
    told = (answer.get("FromPort"), answer.get("ToPort"))
    low, high = (default if port is None else int(port) for port, default in zip(told, whole, strict=True))
    return (low, high)


def rule_peer(answer: Mapping[str, Any]) -> str:
    """From or to whom a rule of EC2's is: addresses, a prefix list, or a group."""
    named = (answer.get("CidrIpv4"), answer.get("CidrIpv6"), answer.get("PrefixListId"))
    return str(next((one for one in named if one), answer.get("ReferencedGroupInfo", {}).get("GroupId", "")))


def subtract_ranges(span: PortRange, wrong: Iterable[PortRange]) -> list[PortRange]:
    """The parts of `span` that no wrong span touches, in order."""
    left, start = [], span[0]
    for low, high in sorted(wrong):
        if high < start or low > span[1]:
            continue
        if low > start:
            left.append((start, low - 1))
        start = high + 1
    return [*left, (start, span[1])] if start <= span[1] else left


def parse_port_ranges(ports: Iterable[int | str]) -> tuple[PortRange, ...]:
    """Ports as AWS's parameters write them: numbers, or ranges as text, `1020-1025`. Raises BadInput."""
    found = []
    for port in ports:
        written = _SPAN.fullmatch(str(port))
        low, high = (int(written["low"]), int(written["high"] or written["low"])) if written else (1, 0)
        if not low <= high <= LAST_PORT:
            raise BadInput(f"{port!r} is neither a port nor a range of ports like 1020-1025")
        found.append((low, high))
    return tuple(sorted(found))


def all_ports_except(allowed: Iterable[PortRange]) -> tuple[PortRange, ...]:
    """Every port that is not allowed."""
    return tuple(subtract_ranges((0, LAST_PORT), allowed))
