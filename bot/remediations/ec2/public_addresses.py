"""EC2 instances: not reachable under an address of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import BadInput, Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.ec2.describe import instance_of, refuse_managed, scaling_group
from bot.remediations.ec2.routes import way_out
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, none_if

_AUTOMATIC: Final = re.compile(r"automatic public address of (?P<interface>eni-\w+)")
_ELASTIC: Final = re.compile(r"Elastic IP \S+ \((?P<allocation>eipalloc-\w+)\)")
_AT_REST: Final = frozenset({"running", "stopped"})
_AMAZON: Final = "amazon"


class RemovePublicAddress(Remediation):
    """Take every public IPv4 address off an instance: the automatic one, and the Elastic IPs, which stay allocated.

    The interface's flag associatePublicIpAddress goes off first, else EC2 gives a new automatic address when the last
    Elastic IP goes (Amazon EC2 User Guide, "Amazon EC2 instance IP addressing"). An Elastic IP is named by its
    allocation, its value is where it leads; association ids, which AWS assigns anew, are read when they are needed.
    Where an Elastic IP has been given to another instance since, Undo fails at EC2: it never takes one from there.
    """

    title = "Take the public addresses off the instance"
    problem = "Public address"
    controls = ("EC2.9",)
    config_rules = ("EC2_INSTANCE_NO_PUBLIC_IP",)
    resource_type = "AWS::EC2::Instance"
    effects = (Effect.CUTS_TRAFFIC,)
    reversible = Reversible.PARTLY
    not_restored = "the automatic public address itself: Undo gets another one out of Amazon's pool"
    reads = (
        "ec2:DescribeAddresses",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaceAttribute",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
    )
    writes = ("ec2:AssociateAddress", "ec2:DisassociateAddress", "ec2:ModifyNetworkInterfaceAttribute")
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """The primary interface's automatic address, and where each Elastic IP leads."""
        _instance(aws, target)
        faces = _interfaces(aws, target)
        elastic = _elastic_addresses(aws, faces)
        _refuse_what_others_manage(faces, elastic)
        primary = [face for face in faces if face["Attachment"]["DeviceIndex"] == 0]
        automatic = {f"automatic public address of {_id(face)}": _has_automatic(aws, face) for face in primary}
        named = {_elastic_name(one): _leads_to(one) for one in elastic}
        return {**automatic, **dict(sorted(named.items()))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """No automatic address, no Elastic IP."""
        return {name: False if _AUTOMATIC.fullmatch(name) else ABSENT for name in settings}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn the flag, or (dis)associate one Elastic IP; an address is never released."""
        ec2 = aws.client("ec2")
        automatic, elastic = _AUTOMATIC.fullmatch(setting), _ELASTIC.fullmatch(setting)
        if automatic:
            ec2.modify_network_interface_attribute(
                NetworkInterfaceId=automatic["interface"], AssociatePublicIpAddress=bool(value)
            )
        elif elastic and value is ABSENT:
            _disassociate(ec2, elastic["allocation"], target.resource.name)
        elif elastic:
            _associate(ec2, elastic["allocation"], value)
        else:
            raise BadInput(f"{setting!r} is no public address")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The instance, and the interfaces and addresses of its account and Region, whose ids the target lacks."""
        where = target.resource
        base = f"arn:{where.partition}:ec2:{where.region}:{where.account}"
        return (where.id, f"{base}:network-interface/*", f"{base}:elastic-ip/*")

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What goes through the addresses, in both directions."""
        yield evidence_of("Which addresses go?", lambda: _addresses(aws, target))
        yield evidence_of("Can it still reach the internet?", lambda: way_out(aws, _instance(aws, target)))
        yield evidence_of("Which ports are open to the world?", lambda: _open_ports(aws, target))
        yield evidence_of("Will it come back public?", lambda: _comes_back(aws, target))
        yield Evidence("Does a DNS name point to an address?", "not known", known=False)


def _id(face: Mapping[str, Any]) -> str:
    return str(face["NetworkInterfaceId"])


def _instance(aws: Account, target: Target) -> dict[str, Any]:
    """The instance. Raises ResourceGone, or Refusal where it is on its way between two states or another service's."""
    instance, _ = instance_of(aws, target)
    if instance["State"]["Name"] not in _AT_REST:
        raise Refusal(f"the instance is {instance['State']['Name']}: ask again when it is running or stopped")
    refuse_managed(instance)
    return instance


def _interfaces(aws: Account, target: Target) -> list[dict[str, Any]]:
    pages = aws.client("ec2").get_paginator("describe_network_interfaces")
    filters = [{"Name": "attachment.instance-id", "Values": [target.resource.name]}]
    found = [face for page in pages.paginate(Filters=filters) for face in page["NetworkInterfaces"]]
    return sorted(found, key=lambda face: (face["Attachment"]["DeviceIndex"], _id(face)))


def _elastic_addresses(aws: Account, faces: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    filters = [{"Name": "network-interface-id", "Values": [_id(face) for face in faces]}]
    found: list[dict[str, Any]] = aws.client("ec2").describe_addresses(Filters=filters)["Addresses"]
    return found


def _elastic_name(address: Mapping[str, Any]) -> str:
    return f"Elastic IP {address['PublicIp']} ({address['AllocationId']})"


def _leads_to(address: Mapping[str, Any]) -> dict[str, str]:
    return {"interface": address["NetworkInterfaceId"], "private address": address["PrivateIpAddress"]}


def _refuse_what_others_manage(faces: Iterable[Mapping[str, Any]], elastic: Iterable[Mapping[str, Any]]) -> None:
    """An interface that another service runs may hold an address for that service's own ends."""
    public = {one["NetworkInterfaceId"] for one in elastic}
    for face in faces:
        managed = face.get("RequesterManaged") or face.get("Operator", {}).get("Managed")
        if managed and (_id(face) in public or _automatic_address(face)):
            raise Refusal(f"its interface {_id(face)} is managed by {face.get('RequesterId', 'another service')}")


def _automatic_address(face: Mapping[str, Any]) -> str:
    """The address out of Amazon's pool, whose owner reads `amazon` (API_NetworkInterfaceAssociation)."""
    association = face.get("Association", {})
    return str(association.get("PublicIp", "")) if association.get("IpOwnerId") == _AMAZON else ""


def _has_automatic(aws: Account, face: Mapping[str, Any]) -> bool:
    """The flag, or the address itself where the flag does not tell."""
    answer = aws.client("ec2").describe_network_interface_attribute(
        NetworkInterfaceId=_id(face), Attribute="associatePublicIpAddress"
    )
    return bool(answer.get("AssociatePublicIpAddress")) or bool(_automatic_address(face))


def _associate(ec2: Any, allocation: str, place: Mapping[str, str]) -> None:
    """Without reassociation: EC2 refuses where the address serves somebody else meanwhile."""
    address = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]
    if "AssociationId" in address and _leads_to(address) == place:
        return
    ec2.associate_address(
        AllocationId=allocation,
        NetworkInterfaceId=place["interface"],
        PrivateIpAddress=place["private address"],
        AllowReassociation=False,
    )


def _disassociate(ec2: Any, allocation: str, instance: str) -> None:
    """Only from this instance: where the address has moved on since, it is somebody else's."""
    answer = none_if(lambda: ec2.describe_addresses(AllocationIds=[allocation]), "InvalidAllocationID.NotFound")
    for address in answer["Addresses"] if answer else ():
        if address.get("InstanceId") == instance:
            ec2.disassociate_address(AssociationId=address["AssociationId"])


def _addresses(aws: Account, target: Target) -> str:
    faces = _interfaces(aws, target)
    automatic = [f"{_automatic_address(face)} (automatic, lost for good)" for face in faces if _automatic_address(face)]
    kept = [f"{one['PublicIp']} (Elastic, kept)" for one in _elastic_addresses(aws, faces)]
    cost = "; an Elastic IP costs $0.005 an hour, in use or not" if kept else ""
    return (", ".join([*automatic, *sorted(kept)]) or "none now; the next start would bring one") + cost


def _open_ports(aws: Account, target: Target) -> str:
    groups = sorted({group["GroupId"] for face in _interfaces(aws, target) for group in face["Groups"]})
    pages = aws.client("ec2").get_paginator("describe_security_group_rules")
    filters = [{"Name": "group-id", "Values": groups}]
    rules = [rule for page in pages.paginate(Filters=filters) for rule in page["SecurityGroupRules"]]
    open_to_world = {_ports(rule) for rule in rules if not rule["IsEgress"] and _from_everywhere(rule)}
    return ", ".join(sorted(open_to_world)) or f"none, by {pluralize(len(groups), 'security group')}"


def _from_everywhere(rule: Mapping[str, Any]) -> bool:
    return bool({"0.0.0.0/0", "::/0"} & {rule.get("CidrIpv4"), rule.get("CidrIpv6")})


def _ports(rule: Mapping[str, Any]) -> str:
    if rule["IpProtocol"] == "-1":
        return "all"
    low, high = rule.get("FromPort"), rule.get("ToPort")
    return f"{rule['IpProtocol']} {low}" if low == high else f"{rule['IpProtocol']} {low}..{high}"


def _comes_back(aws: Account, target: Target) -> str:
    group = scaling_group(_instance(aws, target))
    return f"yes: the Auto Scaling group {group} makes new ones" if group else "it is in no Auto Scaling group"
