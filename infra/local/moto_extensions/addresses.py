"""EC2: public IPv4 addresses of network interfaces, automatic ones and Elastic IPs, and how one replaces the other.

moto cannot read or write the attribute associatePublicIpAddress, reports automatic addresses as the account's, and
leaves stale associations behind when an Elastic IP moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import InvalidParameterCombination
from moto.ec2.models import elastic_ip_addresses
from moto.ec2.models.elastic_ip_addresses import ElasticAddress, ElasticAddressBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces
from moto.ec2.utils import random_public_ip
from moto.moto_api._internal import mock_random

from infra.local.moto_extensions.patching import replace

_describe_attribute = ElasticNetworkInterfaces.describe_network_interface_attribute
_modify_attribute = ElasticNetworkInterfaces.modify_network_interface_attribute
_associate = ElasticAddressBackend.associate_address
_ATTRIBUTES = ("Description", "SourceDestCheck", "Groups", "Attachment", "AssociatePublicIpAddress")
_RUNNING = "running"


def wants_automatic_address(interface: NetworkInterface) -> bool:
    """Return whether associatePublicIpAddress is on; moto stores it as bool or as text."""
    return str(interface.public_ip_auto_assign).lower() == "true"


def elastic_addresses(interface: NetworkInterface) -> Iterator[ElasticAddress]:
    return (address for address in interface.ec2_backend.addresses if address.eni is interface)


def association(self: NetworkInterface) -> dict[str, Any] | None:
    """Return the association of the interface's public address.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterfaceAssociation.html: an automatic address
    has no allocation and no association id; its IpOwnerId is `amazon`, that of an Elastic IP is the account.
    """
    if not self.public_ip:
        return None
    elastic = next((address for address in elastic_addresses(self) if address.public_ip == self.public_ip), None)
    common = {
        "publicIp": self.public_ip,
        "publicDnsName": public_dns_name(self.public_ip, self.ec2_backend.region_name),
        "ipOwnerId": self.owner_id if elastic else "amazon",
    }
    if elastic is None:
        return common
    return {**common, "allocationId": elastic.allocation_id, "associationId": elastic.association_id}


def public_dns_name(address: str, region: str) -> str:
    """Return the public host name: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html."""
    zone = "compute-1" if region == "us-east-1" else f"{region}.compute"
    return f"ec2-{address.replace('.', '-')}.{zone}.amazonaws.com"


def random_elastic_ip() -> str:
    """Return an address from one of Amazon's ranges; moto allocates loopback addresses."""
    return f"52.16.{mock_random.randint(0, 255)}.{mock_random.randint(1, 254)}"


def check_auto_public_ip(self: NetworkInterface) -> None:
    """Assign a new automatic address where EC2 would.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html: the automatic address is for
    the primary interface; after a release none is assigned again while the instance has more than one interface.
    """
    if not wants_automatic_address(self) or any(elastic_addresses(self)):
        return
    if self.instance is not None and (self.device_index != 0 or len(self.instance.nics) > 1):
        return
    assign_automatic_address(self)


def assign_automatic_address(interface: Any) -> None:
    """Assign an address from Amazon's pool, different from the interface's previous one."""
    before = getattr(interface, "last_automatic_ip", None)
    interface.public_ip = next(ip for ip in iter(random_public_ip, None) if ip != before)
    interface.last_automatic_ip = interface.public_ip


def stop(self: NetworkInterface) -> None:
    """Stop the instance, which releases an automatic address and keeps an Elastic IP (same page)."""
    if not any(elastic_addresses(self)):
        self.public_ip = None


def describe_network_interface_attribute(self: ElasticNetworkInterfaces) -> ActionResult:
    """Support associatePublicIpAddress.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaceAttribute.html
    """
    if self._get_param("Attribute") != "associatePublicIpAddress":
        return _describe_attribute(self)
    self.error_on_dryrun()
    interface = self.ec2_backend.get_network_interface(self._get_param("NetworkInterfaceId"))
    return ActionResult(
        {"NetworkInterfaceId": interface.id, "AssociatePublicIpAddress": wants_automatic_address(interface)}
    )


def modify_network_interface_attribute(self: ElasticNetworkInterfaces) -> ActionResult:
    """Support AssociatePublicIpAddress; refuse two attributes at once.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html: "You can specify
    only one attribute at a time"; the flag "will only apply to the primary network interface (eth0)".
    """
    named = [name for name in _ATTRIBUTES if self._get_param(name) is not None]
    if len(named) > 1:
        raise InvalidParameterCombination("Only one attribute can be modified at a time")
    if named != ["AssociatePublicIpAddress"]:
        return _modify_attribute(self)
    self.error_on_dryrun()
    interface = self.ec2_backend.get_network_interface(self._get_param("NetworkInterfaceId"))
    set_automatic_address(interface, on=self._get_bool_param("AssociatePublicIpAddress"))
    return EmptyResult()


def set_automatic_address(interface: NetworkInterface, *, on: bool) -> None:
    """Set the flag, with its immediate effect on the address."""
    interface.public_ip_auto_assign = on
    if any(elastic_addresses(interface)):
        return
    if not on:
        interface.public_ip = None
    elif _is_running_primary(interface) and not interface.public_ip:
        assign_automatic_address(interface)


def _is_running_primary(interface: NetworkInterface) -> bool:
    instance = interface.instance
    return instance is not None and interface.device_index == 0 and instance.state == _RUNNING


def associate_address(
    self: ElasticAddressBackend,
    instance: Any = None,
    eni: Any = None,
    address: str | None = None,
    allocation_id: str | None = None,
    reassociate: bool = False,  # noqa: FBT001, FBT002 - moto calls it so
) -> ElasticAddress:
    """Associate an Elastic IP, and release the address that it replaces.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html: an Elastic IP that the interface
    had stays allocated but is disassociated; the interface that the Elastic IP came from loses it; an automatic address
    goes back to Amazon's pool.
    """
    interface = eni or instance.nics[0]
    moving = _elastic_of(self, address, allocation_id)
    came_from = moving.eni
    displaced = [elastic for elastic in elastic_addresses(interface) if elastic is not moving]
    associated = _associate(self, instance, eni, address, allocation_id, reassociate)
    associated.instance = interface.instance
    for elastic in displaced:
        elastic.eni = elastic.instance = elastic.association_id = None
    if came_from is not None and came_from is not interface:
        came_from.public_ip = None
        came_from.check_auto_public_ip()
    return associated


def _elastic_of(backend: Any, address: str | None, allocation_id: str | None) -> ElasticAddress:
    found = backend.address_by_ip([address]) if address else backend.address_by_allocation([allocation_id])
    first: ElasticAddress = found[0]
    return first


def disassociate_address(self: Any, address: str | None = None, association_id: str | None = None) -> None:
    """Disassociate an Elastic IP; EC2 may then assign a new automatic address.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html: "We assign a new public IP
    address when you disassociate the Elastic IP", unless the flag is off or there is more than one interface.
    """
    elastic = self.address_by_ip([address])[0] if address else self.address_by_association([association_id])[0]
    interface = elastic.eni
    elastic.eni = elastic.instance = elastic.association_id = None
    if interface is None:
        return
    interface.public_ip = None
    if interface.instance is not None and interface.instance.state == _RUNNING:
        interface.check_auto_public_ip()


def install() -> None:
    replace(elastic_ip_addresses, random_ip=random_elastic_ip)
    replace(NetworkInterface, association=property(association), check_auto_public_ip=check_auto_public_ip, stop=stop)
    replace(
        ElasticNetworkInterfaces,
        describe_network_interface_attribute=describe_network_interface_attribute,
        modify_network_interface_attribute=modify_network_interface_attribute,
    )
    replace(ElasticAddressBackend, associate_address=associate_address, disassociate_address=disassociate_address)
