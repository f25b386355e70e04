"""Public addresses of EC2 instances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import BadInput, Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.ec2.instances import instance_of, refuse_managed, scaling_group
from bot.remediations.ec2.internet_routes import outbound_route
from bot.remediations.toolkit.aws_calls import evidence_of, none_if, pluralize
from bot.remediations.toolkit.network_interfaces import network_interfaces
from bot.remediations.toolkit.security_group_calls import inbound_rules_of
from bot.remediations.toolkit.security_group_rules import ALL_PROTOCOLS, ANYWHERE

_AUTOMATIC: Final = re.compile(r"automatic public address of (?P<interface>eni-\w+)")
_ELASTIC: Final = re.compile(r"Elastic IP \S+ \((?P<allocation>eipalloc-\w+)\)")
_STABLE_STATES: Final = frozenset({"running", "stopped"})
_AMAZON_POOL: Final = "amazon"


class RemovePublicAddress(Remediation):
    """Remove all public IPv4 addresses of an instance: the automatic one, and the Elastic IPs, which stay allocated.

    associatePublicIpAddress of the interface is turned off first, else EC2 assigns a new automatic address when the
    last Elastic IP is removed (Amazon EC2 User Guide, "Amazon EC2 instance IP addressing"). An Elastic IP is identified
    by its allocation id, because EC2 assigns a new association id each time; its value is the private address that it
    is associated with. Undo fails if an Elastic IP has been associated with another instance since.
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
        """Return whether the primary interface has an automatic address, and the association of each Elastic IP."""
        _instance(aws, target)
        interfaces = _interfaces(aws, target)
        elastic = _elastic_addresses(aws, interfaces)
        _refuse_managed_interfaces(interfaces, elastic)
        primary = [one for one in interfaces if one["Attachment"]["DeviceIndex"] == 0]
        automatic = {f"automatic public address of {_id(one)}": _has_automatic_address(aws, one) for one in primary}
        associations = {_elastic_name(one): _association(one) for one in elastic}
        return {**automatic, **dict(sorted(associations.items()))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {name: False if _AUTOMATIC.fullmatch(name) else ABSENT for name in settings}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn the automatic address on or off, or (dis)associate one Elastic IP, which is never released."""
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
        """Return the ARNs of the instance and of all interfaces and Elastic IPs, because the target lacks their ids."""
        where = target.resource
        base = f"arn:{where.partition}:ec2:{where.region}:{where.account}"
        return (where.id, f"{base}:network-interface/*", f"{base}:elastic-ip/*")

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which addresses go?", lambda: _addresses(aws, target))
        yield evidence_of("Can it still reach the internet?", lambda: outbound_route(aws, _instance(aws, target)))
        yield evidence_of("Which ports are open to the world?", lambda: _open_ports(aws, target))
        yield evidence_of("Will it come back public?", lambda: _successor(aws, target))
        yield Evidence("Does a DNS name point to an address?", "not known", known=False)


def _id(interface: Mapping[str, Any]) -> str:
    return str(interface["NetworkInterfaceId"])


def _instance(aws: Account, target: Target) -> dict[str, Any]:
    """Return the instance. Raise ResourceGone, or Refusal if it is managed, or neither running nor stopped."""
    instance, _ = instance_of(aws, target)
    if instance["State"]["Name"] not in _STABLE_STATES:
        raise Refusal(f"the instance is {instance['State']['Name']}: ask again when it is running or stopped")
    refuse_managed(instance)
    return instance


def _interfaces(aws: Account, target: Target) -> list[dict[str, Any]]:
    interfaces = network_interfaces(aws, "attachment.instance-id", target.resource.name)
    return sorted(interfaces, key=lambda one: (one["Attachment"]["DeviceIndex"], _id(one)))


def _elastic_addresses(aws: Account, interfaces: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    filters = [{"Name": "network-interface-id", "Values": [_id(one) for one in interfaces]}]
    addresses: list[dict[str, Any]] = aws.client("ec2").describe_addresses(Filters=filters)["Addresses"]
    return addresses


def _elastic_name(address: Mapping[str, Any]) -> str:
    return f"Elastic IP {address['PublicIp']} ({address['AllocationId']})"


def _association(address: Mapping[str, Any]) -> dict[str, str]:
    return {"interface": address["NetworkInterfaceId"], "private address": address["PrivateIpAddress"]}


def _refuse_managed_interfaces(interfaces: Iterable[Mapping[str, Any]], elastic: Iterable[Mapping[str, Any]]) -> None:
    """Raise Refusal if a managed interface has a public address, because the service that manages it may need it."""
    public = {one["NetworkInterfaceId"] for one in elastic}
    for one in interfaces:
        managed = one.get("RequesterManaged") or one.get("Operator", {}).get("Managed")
        if managed and (_id(one) in public or _automatic_address(one)):
            raise Refusal(f"its interface {_id(one)} is managed by {one.get('RequesterId', 'another service')}")


def _automatic_address(interface: Mapping[str, Any]) -> str:
    """Return the address of Amazon's pool, whose owner is `amazon` (API_NetworkInterfaceAssociation), or ''."""
    association = interface.get("Association", {})
    return str(association.get("PublicIp", "")) if association.get("IpOwnerId") == _AMAZON_POOL else ""


def _has_automatic_address(aws: Account, interface: Mapping[str, Any]) -> bool:
    """Return associatePublicIpAddress, or whether there is an address in case EC2 does not return the attribute."""
    response = aws.client("ec2").describe_network_interface_attribute(
        NetworkInterfaceId=_id(interface), Attribute="associatePublicIpAddress"
    )
    return bool(response.get("AssociatePublicIpAddress")) or bool(_automatic_address(interface))


def _associate(ec2: Any, allocation: str, association: Mapping[str, str]) -> None:
    """Associate an Elastic IP; EC2 refuses if it has been associated elsewhere since."""
    address = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]
    if "AssociationId" in address and _association(address) == association:
        return
    ec2.associate_address(
        AllocationId=allocation,
        NetworkInterfaceId=association["interface"],
        PrivateIpAddress=association["private address"],
        AllowReassociation=False,
    )


def _disassociate(ec2: Any, allocation: str, instance: str) -> None:
    """Disassociate an Elastic IP, unless it is associated with another instance by now."""
    response = none_if(lambda: ec2.describe_addresses(AllocationIds=[allocation]), "InvalidAllocationID.NotFound")
    for address in response["Addresses"] if response else ():
        if address.get("InstanceId") == instance:
            ec2.disassociate_address(AssociationId=address["AssociationId"])


def _addresses(aws: Account, target: Target) -> str:
    interfaces = _interfaces(aws, target)
    assigned = [address for address in map(_automatic_address, interfaces) if address]
    automatic = [f"{address} (automatic, lost for good)" for address in assigned]
    kept = [f"{one['PublicIp']} (Elastic, kept)" for one in _elastic_addresses(aws, interfaces)]
    cost = "; an Elastic IP costs $0.005 an hour, in use or not" if kept else ""
    return (", ".join([*automatic, *sorted(kept)]) or "none now; the next start would bring one") + cost


def _open_ports(aws: Account, target: Target) -> str:
    groups = sorted({group["GroupId"] for one in _interfaces(aws, target) for group in one["Groups"]})
    public = {_ports(rule) for rule in inbound_rules_of(aws, groups) if _from_anywhere(rule)}
    return ", ".join(sorted(public)) or f"none, by {pluralize(len(groups), 'security group')}"


def _from_anywhere(rule: Mapping[str, Any]) -> bool:
    return bool(ANYWHERE & {rule.get("CidrIpv4"), rule.get("CidrIpv6")})


def _ports(rule: Mapping[str, Any]) -> str:
    if rule["IpProtocol"] == ALL_PROTOCOLS:
        return "all"
    low, high = rule.get("FromPort"), rule.get("ToPort")
    return f"{rule['IpProtocol']} {low}" if low == high else f"{rule['IpProtocol']} {low}..{high}"


def _successor(aws: Account, target: Target) -> str:
    group = scaling_group(_instance(aws, target))
    return f"yes: the Auto Scaling group {group} makes new ones" if group else "it is in no Auto Scaling group"
