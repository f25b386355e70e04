"""Network ACLs: what is open to the world on 22 and 3389 is taken out of the entries, which keep their order."""

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
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, none_if
from bot.remediations.toolkit.ports import LAST_PORT, WORLD, Span, subtract

_ADMIN: Final[tuple[Span, ...]] = ((22, 22), (3389, 3389))
_LAST_RULE: Final = 32767
_MOST: Final = 20
"""Entries each way that a network ACL takes unless its quota was raised (Amazon VPC User Guide, "Network ACLs")."""

_ALL: Final = "-1"
_PORTS: Final = {"6": "tcp", "17": "udp"}
_NUMBERS: Final = {"tcp": "6", "udp": "17"}
_ENTRY: Final = re.compile(
    r"(?P<action>allow|deny) (?P<protocol>\S+)(?: (?P<low>\d+)\.\.(?P<high>\d+))? from (?P<from>\S+)"
)
_NAME: Final = "inbound entry "
_GONE: Final = "InvalidNetworkAclID.NotFound"


@dataclass(frozen=True)
class Entry:
    """An inbound entry, by EC2's words: protocol numbers, but tcp, udp and all by name."""

    action: str
    protocol: str
    low: int
    high: int
    source: str

    @property
    def text(self) -> str:
        """`allow tcp 0..21 from 0.0.0.0/0`."""
        ports = f" {self.low}..{self.high}" if self.protocol in _NUMBERS else ""
        return f"{self.action} {self.protocol}{ports} from {self.source}"

    @classmethod
    def of_text(cls, text: str) -> Entry:
        """The inverse of `text`. Raises BadInput."""
        found = _ENTRY.fullmatch(text)
        if not found:
            raise BadInput(f"{text!r} is no entry of a network ACL")
        low, high = int(found["low"] or 0), int(found["high"] or LAST_PORT)
        return cls(found["action"], found["protocol"], low, high, found["from"])

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Entry:
        """An entry as DescribeNetworkAcls gives it."""
        number = str(answer["Protocol"])
        ports = answer.get("PortRange") or {"From": 0, "To": LAST_PORT}
        source = str(answer.get("CidrBlock") or answer.get("Ipv6CidrBlock"))
        protocol = "all" if number == _ALL else _PORTS.get(number, number)
        return cls(str(answer["RuleAction"]), protocol, int(ports["From"]), int(ports["To"]), source)

    def arguments(self) -> dict[str, Any]:
        """The entry as CreateNetworkAclEntry and ReplaceNetworkAclEntry take it."""
        source = {"Ipv6CidrBlock" if ":" in self.source else "CidrBlock": self.source}
        ports = {"PortRange": {"From": self.low, "To": self.high}} if self.protocol in _NUMBERS else {}
        number = _ALL if self.protocol == "all" else _NUMBERS.get(self.protocol, self.protocol)
        return {"Protocol": number, "RuleAction": self.action, **source, **ports}

    @property
    def is_wrong(self) -> bool:
        """Whether it lets the world in on 22 or 3389."""
        concerned = self.protocol in ("tcp", "all")
        touches = any(self.low <= low and high <= self.high for low, high in _ADMIN)
        return self.action == "allow" and self.source in WORLD and concerned and touches

    def without_admin(self) -> list[Entry]:
        """What is left of it without the two ports."""
        return [replace(self, low=low, high=high) for low, high in subtract((self.low, self.high), _ADMIN)]


class CloseAdminPorts(Remediation):
    """Narrow the entries that let the world in on 22 or 3389; what is left takes free numbers right behind.

    The numbers matter: an entry's parts stay between the same neighbours, so no other entry is overtaken. An entry
    for all protocols is refused, because its rest cannot be written in entries without a choice by a person. The
    control leaves default network ACLs out, and so do we. ICMP entries are never concerned.
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
        """All inbound entries of addresses, the last first, but the one with the star."""
        acl = _acl(aws, target)
        if acl["IsDefault"]:
            raise Refusal("it is the default network ACL of its VPC, which the control leaves out")
        entries = _inbound(acl)
        return {f"{_NAME}{number}": entries[number].text for number in sorted(entries, reverse=True)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The wrong ones narrowed; the new parts come first, so that nothing that stays allowed is cut in between."""
        entries = {_number(name): Entry.of_text(text) for name, text in settings.items() if text is not ABSENT}
        taken = set(entries)
        right: dict[int, Value] = {_number(name): text for name, text in settings.items()}
        for number in sorted(entries):
            if entries[number].is_wrong:
                right.update(_narrowed(number, entries[number], taken))
        return {f"{_NAME}{number}": right[number] for number in sorted(right, reverse=True)}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Create, replace or delete the one entry."""
        number = _number(setting)
        which = {"NetworkAclId": target.resource.name, "RuleNumber": number, "Egress": False}
        ec2 = aws.client("ec2")
        if value is ABSENT:
            none_if(lambda: ec2.delete_network_acl_entry(**which), "InvalidNetworkAclEntry.NotFound")
            return
        there = number in _inbound(_acl(aws, target))
        call = ec2.replace_network_acl_entry if there else ec2.create_network_acl_entry
        call(**which, **Entry.of_text(value).arguments())

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What is behind the ACL."""
        yield evidence_of("Which subnets use it?", lambda: _subnets(aws, target))
        yield evidence_of("What is in them?", lambda: _inhabitants(aws, target))
        yield Evidence("Who comes in through the two ports now?", "not known (flow logs are not read)", known=False)


def _acl(aws: Account, target: Target) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    answer = none_if(lambda: ec2.describe_network_acls(NetworkAclIds=[target.resource.name]), _GONE)
    if not answer or not answer["NetworkAcls"]:
        raise ResourceGone(target.resource.id)
    acl: dict[str, Any] = answer["NetworkAcls"][0]
    if acl["OwnerId"] != target.resource.account:
        raise Refusal(f"the network ACL belongs to account {acl['OwnerId']}, which shares its network")
    return acl


def _inbound(acl: Mapping[str, Any]) -> dict[int, Entry]:
    concerned = [one for one in acl["Entries"] if not one["Egress"] and one["RuleNumber"] < _LAST_RULE]
    return {int(one["RuleNumber"]): Entry.of(one) for one in concerned if not one.get("IcmpTypeCode")}


def _number(setting: str) -> int:
    return int(setting.removeprefix(_NAME))


def _narrowed(number: int, entry: Entry, taken: set[int]) -> dict[int, Value]:
    """The parts of an entry by their numbers, which are `taken` from now on. Raises Refusal where there is no room."""
    if entry.protocol == "all":
        raise Refusal(f"entry {number} allows all protocols: a person has to say what else it shall allow")
    parts = entry.without_admin()
    if not parts:
        return {number: ABSENT}
    room = range(number + 1, min((one for one in taken if one > number), default=_LAST_RULE))
    if len(parts) - 1 > len(room):
        raise Refusal(f"behind entry {number} are not enough free numbers for what is left of it")
    numbers = [number, *room[: len(parts) - 1]]
    taken.update(numbers)
    if len(taken) > _MOST:
        raise Refusal(f"narrowed, it had more than the {_MOST} entries that a network ACL takes")
    return {one: part.text for one, part in zip(numbers, parts, strict=True)}


def _subnets(aws: Account, target: Target) -> str:
    subnets = sorted(one["SubnetId"] for one in _acl(aws, target)["Associations"])
    return ", ".join(subnets) or "none"


def _inhabitants(aws: Account, target: Target) -> str:
    subnets = sorted(one["SubnetId"] for one in _acl(aws, target)["Associations"])
    filters = [{"Name": "subnet-id", "Values": subnets or ["none"]}]
    pages = aws.client("ec2").get_paginator("describe_network_interfaces").paginate(Filters=filters)
    return pluralize(sum(len(page["NetworkInterfaces"]) for page in pages), "network interface")
