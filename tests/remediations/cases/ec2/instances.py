"""Instances and their addresses, for cases."""

from __future__ import annotations

from typing import Any

from tests.aws import plain_client
from tests.remediations.contract import PLANTED


def run_instance(*, public: bool = True, **more: Any) -> dict[str, Any]:
    ec2 = plain_client("ec2")
    subnet = min(one["SubnetId"] for one in ec2.describe_subnets()["Subnets"])
    face = {"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": public}
    started = ec2.run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, NetworkInterfaces=[face], UserData=PLANTED, **more
    )
    tags = [{"Key": "password", "Value": PLANTED}]
    ec2.create_tags(Resources=[started["Instances"][0]["InstanceId"]], Tags=tags)
    found: dict[str, Any] = started["Instances"][0]
    return found


def add_interface(instance: dict[str, Any]) -> str:
    ec2 = plain_client("ec2")
    made: str = ec2.create_network_interface(SubnetId=instance["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(NetworkInterfaceId=made, InstanceId=instance["InstanceId"], DeviceIndex=1)
    return made


def give_elastic_ip(interface: str) -> str:
    ec2 = plain_client("ec2")
    made: str = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=made, NetworkInterfaceId=interface)
    return made


def primary_of(instance: dict[str, Any]) -> str:
    return str(instance["NetworkInterfaces"][0]["NetworkInterfaceId"])
