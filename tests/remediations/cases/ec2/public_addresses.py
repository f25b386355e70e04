"""Cases of `bot.remediations.ec2.public_addresses`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.ec2.public_addresses import RemovePublicAddress
from tests.aws import plain_client
from tests.remediations.cases.ec2.instances import add_interface, give_elastic_ip, primary_of, run_instance
from tests.remediations.contract import Case, targeted


class AnInstanceWithAnAutomaticAddress(Case):
    """An instance whose primary interface has an automatic address."""

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
    """An instance with an Elastic IP on each of two interfaces; associatePublicIpAddress is on."""

    two_valued = False

    def make(self) -> Target:
        instance = run_instance()
        second = add_interface(instance)
        self.of_primary = give_elastic_ip(primary_of(instance))
        give_elastic_ip(second)
        return targeted(RemovePublicAddress, instance["InstanceId"])

    def edit_same(self, target: Target) -> None:
        """Associate the Elastic IP of the primary interface with the other interface."""
        ec2 = plain_client("ec2")
        second = self.instance(target)["NetworkInterfaces"][1]["NetworkInterfaceId"]
        ec2.associate_address(AllocationId=self.of_primary, NetworkInterfaceId=second)
