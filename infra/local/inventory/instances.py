"""EC2 instances with their interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.local.inventory.resource import Resource, tag_map
from infra.local.sandbox.accounts import AccountRegion


def read(place: AccountRegion) -> Iterator[Resource]:
    """Instances that are not terminated."""
    ec2 = place.client("ec2")
    for reservation in ec2.describe_instances()["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] != "terminated":
                yield _instance(place, ec2, instance)


def _instance(place: AccountRegion, ec2: Any, instance: dict[str, Any]) -> Resource:
    tags = tag_map(instance.get("Tags", []))
    return Resource(
        account=place.account,
        region=place.region,
        type="AWS::EC2::Instance",
        id=instance["InstanceId"],
        arn=f"arn:aws:ec2:{place.region}:{place.account}:instance/{instance['InstanceId']}",
        name=tags.get("Name", instance["InstanceId"]),
        settings={
            "State": instance["State"]["Name"],
            "VpcId": instance.get("VpcId"),
            "SubnetId": instance.get("SubnetId"),
            "PrivateIpAddress": instance.get("PrivateIpAddress"),
            "PublicIpAddress": instance.get("PublicIpAddress"),
            "HttpTokens": instance["MetadataOptions"]["HttpTokens"],
            "HttpEndpoint": instance["MetadataOptions"]["HttpEndpoint"],
            "NetworkInterfaces": [_interface(ec2, item) for item in instance["NetworkInterfaces"]],
        },
        tags=tags,
    )


def _interface(ec2: Any, interface: dict[str, Any]) -> dict[str, Any]:
    association = interface.get("Association", {})
    flag = ec2.describe_network_interface_attribute(
        NetworkInterfaceId=interface["NetworkInterfaceId"], Attribute="associatePublicIpAddress"
    )
    return {
        "NetworkInterfaceId": interface["NetworkInterfaceId"],
        "DeviceIndex": interface["Attachment"]["DeviceIndex"],
        "PublicIp": association.get("PublicIp"),
        "IpOwnerId": association.get("IpOwnerId"),
        "AssociatePublicIpAddress": flag["AssociatePublicIpAddress"],
    }
