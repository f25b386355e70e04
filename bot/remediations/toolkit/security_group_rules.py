"""Rules of a security group in both directions and from every kind of peer, as values with names that people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import BadInput
from bot.remediations.toolkit.ports import ALL_PROTOCOLS, rule_peer, rule_ports

NO_DETAILS: Final = "allowed"
_NAME: Final = re.compile(
    r"(?P<way>inbound|outbound) (?P<protocol>\S+)(?: (?P<low>-?\d+)(?:\.\.(?P<high>-?\d+))?)? (?:from|to) (?P<peer>\S+)"
)


@dataclass(frozen=True, order=True)
class SecurityGroupRule:
    """One rule: which way, what, and from or to whom (an address range, a prefix list, or a group)."""

    way: str
    protocol: str
    low: int
    high: int
    peer: str

    @property
    def name(self) -> str:
        """`outbound tcp 443 to 0.0.0.0/0`: the setting's name, and the rule's identity (rule ids are AWS's)."""
        word = "from" if self.way == "inbound" else "to"
        if self.protocol == ALL_PROTOCOLS:
            return f"{self.way} all {word} {self.peer}"
        span = str(self.low) if self.low == self.high else f"{self.low}..{self.high}"
        return f"{self.way} {self.protocol} {span} {word} {self.peer}"

    @classmethod
    def named(cls, name: str) -> SecurityGroupRule:
        """The inverse of `name`. Raises BadInput."""
        found = _NAME.fullmatch(name)
        if not found:
            raise BadInput(f"{name!r} is no rule of a security group")
        if found["protocol"] == "all":
            return cls(found["way"], ALL_PROTOCOLS, -1, -1, found["peer"])
        low = int(found["low"])
        return cls(found["way"], found["protocol"], low, int(found["high"] or low), found["peer"])

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> SecurityGroupRule:
        """A rule as DescribeSecurityGroupRules gives it."""
        way = "outbound" if answer["IsEgress"] else "inbound"
        protocol = str(answer["IpProtocol"])
        return cls(way, protocol, *rule_ports(answer, protocol), rule_peer(answer))

    def permission(self, written: Value) -> dict[str, Any]:
        """The rule as EC2's calls take it, with what was written on it."""
        about: Mapping[str, Any] = {} if written == NO_DETAILS else written
        said = {"Description": about["description"]} if about.get("description") else {}
        ports = {} if self.protocol == ALL_PROTOCOLS else {"FromPort": self.low, "ToPort": self.high}
        return {"IpProtocol": self.protocol, **ports, **self._peer(about, said)}

    def _peer(self, about: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
        if self.peer.startswith("pl-"):
            return {"PrefixListIds": [{"PrefixListId": self.peer, **said}]}
        if self.peer.startswith("sg-"):
            return {"UserIdGroupPairs": [{"GroupId": self.peer, **about.get("of", {}), **said}]}
        ranges, key = ("Ipv6Ranges", "CidrIpv6") if ":" in self.peer else ("IpRanges", "CidrIp")
        return {ranges: [{key: self.peer, **said}]}


def rule_details(answer: Mapping[str, Any]) -> Value:
    """What undo has to write on the rule again; tags of AWS itself cannot be written by anybody."""
    tags = {one["Key"]: one["Value"] for one in answer.get("Tags", []) if not one["Key"].startswith("aws:")}
    said = {"description": answer["Description"]} if answer.get("Description") else {}
    group = answer.get("ReferencedGroupInfo", {})
    of = {key: group[key] for key in ("UserId", "VpcPeeringConnectionId") if group.get(key)}
    return {**said, **({"of": of} if of else {}), **({"tags": tags} if tags else {})} or NO_DETAILS


def tag_specifications(written: Value) -> dict[str, Any]:
    """The tags of a rule as EC2's calls take them."""
    about: Mapping[str, Any] = {} if written == NO_DETAILS else written
    tags = [{"Key": key, "Value": value} for key, value in sorted(about.get("tags", {}).items())]
    return {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tags}]} if tags else {}
