"""VPC: only subnets of a default VPC are default subnets that assign public addresses."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.subnets import Subnet, SubnetBackend

from infra.local.moto_extensions.patching import replace

_create_subnet = SubnetBackend.create_subnet


def create_subnet(self: Any, vpc_id: str, *args: Any, **kwargs: Any) -> Subnet:
    """Create a subnet that assigns no public addresses, outside a default VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html: "By default, nondefault subnets have the
    IPv4 public addressing attribute set to false". moto treats the first subnet of a zone as a default one.
    """
    subnet = _create_subnet(self, vpc_id, *args, **kwargs)
    if str(self.get_vpc(vpc_id).is_default).lower() != "true":
        subnet.map_public_ip_on_launch = False
        subnet.default_for_az = False
    return subnet


def install() -> None:
    replace(SubnetBackend, create_subnet=create_subnet)
