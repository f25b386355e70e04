"""How instances go wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.ec2.public_addresses import RemovePublicAddress
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


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


class AnInstanceWithAnAutomaticAddress(Case):
    """The flag of the primary interface is on."""

    remediation: ClassVar[type[Remediation]] = RemovePublicAddress
    two_valued = True

    def make(self) -> Target:
        return targeted(RemovePublicAddress, run_instance()["InstanceId"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").modify_instance_metadata_options(InstanceId=target.resource.name, HttpTokens="required")

    def beside(self, target: Target) -> Any:
        return self.instance(target)["MetadataOptions"]["HttpTokens"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=primary_of(self.instance(target)), AssociatePublicIpAddress=True
        )

    def destroy(self, target: Target) -> None:
        plain_client("ec2").terminate_instances(InstanceIds=[target.resource.name])

    def instance(self, target: Target) -> dict[str, Any]:
        answer = plain_client("ec2").describe_instances(InstanceIds=[target.resource.name])
        found: dict[str, Any] = answer["Reservations"][0]["Instances"][0]
        return found


class AnInstanceWithElasticAddresses(AnInstanceWithAnAutomaticAddress):
    """One on each of two interfaces, and the flag on underneath."""

    two_valued = False

    def make(self) -> Target:
        instance = run_instance()
        second = add_interface(instance)
        self.of_primary = give_elastic_ip(primary_of(instance))
        give_elastic_ip(second)
        return targeted(RemovePublicAddress, instance["InstanceId"])

    def edit_same(self, target: Target) -> None:
        """Somebody gives the primary interface's address to the other interface."""
        ec2 = plain_client("ec2")
        second = self.instance(target)["NetworkInterfaces"][1]["NetworkInterfaceId"]
        ec2.associate_address(AllocationId=self.of_primary, NetworkInterfaceId=second)
