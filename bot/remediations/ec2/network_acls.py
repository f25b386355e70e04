"""Inbound entries of network ACLs that allow SSH or RDP from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import BadInput, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, none_if, pluralize
from bot.remediations.toolkit.network_interfaces import network_interfaces
from bot.remediations.toolkit.port_ranges import LAST_PORT, PortRange, subtract_ranges
from bot.remediations.toolkit.security_group_rules import ANYWHERE

_ADMIN_PORTS: Final[tuple[PortRange, ...]] = ((22, 22), (3389, 3389))
_LAST_RULE: Final = 32767
_QUOTA: Final = 20
"""The default quota of entries per direction (Amazon VPC User Guide, "Network ACLs")."""

_ALL: Final = "-1"
_PORTS: Final = {"6": "tcp", "17": "udp"}
_NUMBERS: Final = {"tcp": "6", "udp": "17"}
_ENTRY: Final = re.compile(
    r"(?P<action>allow|deny) (?P<protocol>\S+)(?: (?P<low>\d+)\.\.(?P<high>\d+))? from (?P<from>\S+)"
)
_NAME: Final = "inbound entry "
_NOT_FOUND: Final = "InvalidNetworkAclID.NotFound"


@dataclass(frozen=True)
class Entry:
    """An inbound entry. The protocol is `tcp`, `udp`, `all`, or its number."""

    action: str
    protocol: str
    low: int
    high: int
    source: str

    @property
    def text(self) -> str:
        """The setting's value: `allow tcp 0..21 from 0.0.0.0/0`."""
        ports = f" {self.low}..{self.high}" if self.protocol in _NUMBERS else ""
        return f"{self.action} {self.protocol}{ports} from {self.source}"

    @classmethod
    def from_text(cls, text: str) -> Entry:
        """Return the entry of this text. Raise BadInput."""
        match = _ENTRY.fullmatch(text)
        if not match:
            raise BadInput(f"{text!r} is no entry of a network ACL")
        low, high = int(match["low"] or 0), int(match["high"] or LAST_PORT)
        return cls(match["action"], match["protocol"], low, high, match["from"])

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> Entry:
        """Return an entry of the response of DescribeNetworkAcls."""
        number = str(response["Protocol"])
        ports = response.get("PortRange") or {"From": 0, "To": LAST_PORT}
        source = str(response.get("CidrBlock") or response.get("Ipv6CidrBlock"))
        protocol = "all" if number == _ALL else _PORTS.get(number, number)
        return cls(str(response["RuleAction"]), protocol, int(ports["From"]), int(ports["To"]), source)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of CreateNetworkAclEntry and ReplaceNetworkAclEntry."""
        source = {"Ipv6CidrBlock" if ":" in self.source else "CidrBlock": self.source}
        ports = {"PortRange": {"From": self.low, "To": self.high}} if self.protocol in _NUMBERS else {}
        number = _ALL if self.protocol == "all" else _NUMBERS.get(self.protocol, self.protocol)
        return {"Protocol": number, "RuleAction": self.action, **source, **ports}

    @property
    def allows_admin_ports(self) -> bool:
        """True if it allows 22 or 3389 from anywhere."""
        is_tcp = self.protocol in ("tcp", "all")
        includes = any(self.low <= low and high <= self.high for low, high in _ADMIN_PORTS)
        return self.action == "allow" and self.source in ANYWHERE and is_tcp and includes

    def without_admin_ports(self) -> list[Entry]:
        """Return the entries that remain without the two ports."""
        return [replace(self, low=low, high=high) for low, high in subtract_ranges((self.low, self.high), _ADMIN_PORTS)]


class CloseAdminPorts(Remediation):
    """Remove 22 and 3389 from the entries that allow them from anywhere.

    The parts of a split entry take the free numbers right after it, so that the order of evaluation stays the same. An
    entry for all protocols is refused, because a person has to choose which protocols to allow instead. Default network
    ACLs are refused, because the control excludes them. ICMP entries are not changed.
    """

    title = "Close 22 and 3389 in the network ACL"
    problem = "Network ACL lets the world in"
    controls = ("EC2.21",)
    config_rules = ("NACL_NO_UNRESTRICTED_SSH_RDP",)
    resource_type = "AWS::EC2::NetworkAcl"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = ("ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces")
    proved_on = "extended"
    writes = ("ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAclEntry", "ec2:ReplaceNetworkAclEntry")

    def read(self, target: Target, aws: Account) -> Settings:
        """Return all inbound entries except the default one, last number first. Raise Refusal for a default ACL."""
        acl = _acl(aws, target)
        if acl["IsDefault"]:
            raise Refusal("it is the default network ACL of its VPC, which the control leaves out")
        entries = _inbound(acl)
        return {f"{_NAME}{number}": entries[number].text for number in sorted(entries, reverse=True)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Split the entries. New parts come first, so that no traffic that stays allowed is interrupted."""
        entries = {_number(name): Entry.from_text(text) for name, text in settings.items() if text is not ABSENT}
        taken = set(entries)
        compliant: dict[int, Value] = {_number(name): text for name, text in settings.items()}
        for number in sorted(entries):
            if entries[number].allows_admin_ports:
                compliant.update(_split(number, entries[number], taken))
        return {f"{_NAME}{number}": compliant[number] for number in sorted(compliant, reverse=True)}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Create, replace or delete one entry."""
        number = _number(setting)
        entry = {"NetworkAclId": target.resource.name, "RuleNumber": number, "Egress": False}
        ec2 = aws.client("ec2")
        if value is ABSENT:
            none_if(lambda: ec2.delete_network_acl_entry(**entry), "InvalidNetworkAclEntry.NotFound")
            return
        exists = number in _inbound(_acl(aws, target))
        call = ec2.replace_network_acl_entry if exists else ec2.create_network_acl_entry
        call(**entry, **Entry.from_text(value).arguments())

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which subnets use it?", lambda: _subnets(aws, target))
        yield evidence_of("What is in them?", lambda: _interfaces(aws, target))
        yield Evidence("Who comes in through the two ports now?", "not known (flow logs are not read)", known=False)


def _acl(aws: Account, target: Target) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    response = none_if(lambda: ec2.describe_network_acls(NetworkAclIds=[target.resource.name]), _NOT_FOUND)
    if not response or not response["NetworkAcls"]:
        raise ResourceGone(target.resource.id)
    acl: dict[str, Any] = response["NetworkAcls"][0]
    if acl["OwnerId"] != target.resource.account:
        raise Refusal(f"the network ACL belongs to account {acl['OwnerId']}, which shares its network")
    return acl


def _inbound(acl: Mapping[str, Any]) -> dict[int, Entry]:
    numbered = [one for one in acl["Entries"] if not one["Egress"] and one["RuleNumber"] < _LAST_RULE]
    return {int(one["RuleNumber"]): Entry.from_response(one) for one in numbered if not one.get("IcmpTypeCode")}


def _number(setting: str) -> int:
    return int(setting.removeprefix(_NAME))


def _split(number: int, entry: Entry, taken: set[int]) -> dict[int, Value]:
    """Return the parts of an entry by their numbers, and add these to `taken`.

    Raise Refusal if the numbers or the quota do not suffice.
    """
    if entry.protocol == "all":
        raise Refusal(f"entry {number} allows all protocols: a person has to say what else it shall allow")
    parts = entry.without_admin_ports()
    if not parts:
        return {number: ABSENT}
    room = range(number + 1, min((one for one in taken if one > number), default=_LAST_RULE))
    if len(parts) - 1 > len(room):
        raise Refusal(f"behind entry {number} are not enough free numbers for what is left of it")
    numbers = [number, *room[: len(parts) - 1]]
    taken.update(numbers)
    if len(taken) > _QUOTA:
        raise Refusal(f"narrowed, it had more than the {_QUOTA} entries that a network ACL takes")
    return {one: part.text for one, part in zip(numbers, parts, strict=True)}


def _subnets(aws: Account, target: Target) -> str:
    return ", ".join(_subnet_ids(aws, target)) or "none"


def _subnet_ids(aws: Account, target: Target) -> list[str]:
    return sorted(one["SubnetId"] for one in _acl(aws, target)["Associations"])


def _interfaces(aws: Account, target: Target) -> str:
    interfaces = network_interfaces(aws, "subnet-id", *(_subnet_ids(aws, target) or ["none"]))
    return pluralize(len(interfaces), "network interface")
