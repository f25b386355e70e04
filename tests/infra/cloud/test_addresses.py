"""Each test says what AWS documents; the pages are named beside the code that follows them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from infra.local.sandbox import compute
from infra.local.sandbox.accounts import AccountRegion

ACCOUNT = "111122223333"


@pytest.fixture
def place(cloud: CustomerCloud) -> AccountRegion:
    return AccountRegion(cloud, ACCOUNT)


@pytest.fixture
def subnet(place: AccountRegion) -> str:
    return compute.network(place, "test", "10.1")[1]


def run(place: AccountRegion, subnet: str, *, public: bool = True) -> str:
    return compute.instance(place, "host", subnet, [], public=public)


def look(ec2: Any, instance: str) -> dict[str, Any]:
    found: dict[str, Any] = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    return found


def primary(ec2: Any, instance: str) -> dict[str, Any]:
    interfaces = look(ec2, instance)["NetworkInterfaces"]
    found: dict[str, Any] = next(item for item in interfaces if item["Attachment"]["DeviceIndex"] == 0)
    return found


def flag(ec2: Any, interface: str) -> bool:
    answer = ec2.describe_network_interface_attribute(
        NetworkInterfaceId=interface, Attribute="associatePublicIpAddress"
    )
    return bool(answer["AssociatePublicIpAddress"])


def set_flag(ec2: Any, interface: str, *, on: bool) -> None:
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, AssociatePublicIpAddress=on)


def allocate(ec2: Any) -> str:
    return str(ec2.allocate_address(Domain="vpc")["AllocationId"])


def associate(ec2: Any, allocation: str, interface: str, **more: Any) -> str:
    answer = ec2.associate_address(AllocationId=allocation, NetworkInterfaceId=interface, **more)
    return str(answer["AssociationId"])


def test_the_flag_says_whether_an_address_is_assigned_automatically(
    ec2: Any, place: AccountRegion, subnet: str
) -> None:
    with_one, without = run(place, subnet), run(place, subnet, public=False)
    assert flag(ec2, primary(ec2, with_one)["NetworkInterfaceId"]) is True
    assert flag(ec2, primary(ec2, without)["NetworkInterfaceId"]) is False


def test_an_automatic_address_is_amazons_and_has_no_ids(ec2: Any, place: AccountRegion, subnet: str) -> None:
    interface = primary(ec2, run(place, subnet))
    assert interface["Association"]["IpOwnerId"] == "amazon"
    described = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface["NetworkInterfaceId"]])
    association = described["NetworkInterfaces"][0]["Association"]
    assert association["IpOwnerId"] == "amazon"
    assert "AllocationId" not in association
    assert "AssociationId" not in association


def test_an_interface_without_a_public_address_has_no_association(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance = run(place, subnet, public=False)
    assert "Association" not in primary(ec2, instance)
    assert "PublicIpAddress" not in look(ec2, instance)


def test_turning_the_flag_off_takes_the_automatic_address_away(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance = run(place, subnet)
    set_flag(ec2, primary(ec2, instance)["NetworkInterfaceId"], on=False)
    assert "PublicIpAddress" not in look(ec2, instance)
    assert "Association" not in primary(ec2, instance)
    assert flag(ec2, primary(ec2, instance)["NetworkInterfaceId"]) is False


def test_turning_the_flag_on_again_assigns_another_address(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance = run(place, subnet)
    before, interface = look(ec2, instance)["PublicIpAddress"], primary(ec2, instance)["NetworkInterfaceId"]
    set_flag(ec2, interface, on=False)
    set_flag(ec2, interface, on=True)
    after = look(ec2, instance)["PublicIpAddress"]
    assert after != before
    assert primary(ec2, instance)["Association"]["PublicIp"] == after


def test_turning_the_flag_on_twice_keeps_the_address(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance = run(place, subnet)
    before = look(ec2, instance)["PublicIpAddress"]
    set_flag(ec2, primary(ec2, instance)["NetworkInterfaceId"], on=True)
    assert look(ec2, instance)["PublicIpAddress"] == before


def test_only_one_attribute_can_be_modified_at_a_time(ec2: Any, place: AccountRegion, subnet: str) -> None:
    interface = primary(ec2, run(place, subnet))["NetworkInterfaceId"]
    with pytest.raises(ClientError, match="InvalidParameterCombination"):
        ec2.modify_network_interface_attribute(
            NetworkInterfaceId=interface, AssociatePublicIpAddress=False, Description={"Value": "x"}
        )
    assert flag(ec2, interface) is True


def test_other_attributes_are_modified_as_before(ec2: Any, place: AccountRegion, subnet: str) -> None:
    interface = primary(ec2, run(place, subnet))["NetworkInterfaceId"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Description={"Value": "uplink"})
    answer = ec2.describe_network_interface_attribute(NetworkInterfaceId=interface, Attribute="description")
    assert answer["Description"]["Value"] == "uplink"


def test_the_flag_of_an_interface_that_is_not_primary_assigns_nothing(
    ec2: Any, place: AccountRegion, subnet: str
) -> None:
    instance = run(place, subnet, public=False)
    second = compute._secondary(place, instance, subnet)
    set_flag(ec2, second, on=True)
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=[second])["NetworkInterfaces"][0]
    assert flag(ec2, second) is True
    assert "Association" not in found


def test_an_elastic_ip_replaces_the_automatic_address(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance, allocation = run(place, subnet), allocate(ec2)
    association = associate(ec2, allocation, primary(ec2, instance)["NetworkInterfaceId"])
    address = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]
    assert look(ec2, instance)["PublicIpAddress"] == address["PublicIp"]
    assert primary(ec2, instance)["Association"]["IpOwnerId"] == ACCOUNT
    assert (address["AssociationId"], address["InstanceId"]) == (association, instance)
    assert address["NetworkInterfaceId"] == primary(ec2, instance)["NetworkInterfaceId"]


def test_addresses_are_found_by_instance_and_by_interface(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance, allocation = run(place, subnet), allocate(ec2)
    interface = primary(ec2, instance)["NetworkInterfaceId"]
    associate(ec2, allocation, interface)
    for name, value in (("instance-id", instance), ("network-interface-id", interface)):
        found = ec2.describe_addresses(Filters=[{"Name": name, "Values": [value]}])["Addresses"]
        assert [address["AllocationId"] for address in found] == [allocation]


def test_after_the_last_elastic_ip_a_new_automatic_address_comes(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance, allocation = run(place, subnet), allocate(ec2)
    first = look(ec2, instance)["PublicIpAddress"]
    association = associate(ec2, allocation, primary(ec2, instance)["NetworkInterfaceId"])
    ec2.disassociate_address(AssociationId=association)
    assert look(ec2, instance)["PublicIpAddress"] != first
    assert primary(ec2, instance)["Association"]["IpOwnerId"] == "amazon"
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]


def test_with_the_flag_off_no_address_comes_after_the_elastic_ip(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance, allocation = run(place, subnet), allocate(ec2)
    interface = primary(ec2, instance)["NetworkInterfaceId"]
    association = associate(ec2, allocation, interface)
    set_flag(ec2, interface, on=False)
    assert look(ec2, instance)["PublicIpAddress"]
    ec2.disassociate_address(AssociationId=association)
    assert "PublicIpAddress" not in look(ec2, instance)


def test_with_two_interfaces_no_address_comes_after_the_elastic_ip(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance, allocation = run(place, subnet), allocate(ec2)
    association = associate(ec2, allocation, primary(ec2, instance)["NetworkInterfaceId"])
    compute._secondary(place, instance, subnet)
    ec2.disassociate_address(AssociationId=association)
    assert "PublicIpAddress" not in look(ec2, instance)


def test_a_second_elastic_ip_displaces_the_first_which_stays_allocated(
    ec2: Any, place: AccountRegion, subnet: str
) -> None:
    interface = primary(ec2, run(place, subnet))["NetworkInterfaceId"]
    first, second = allocate(ec2), allocate(ec2)
    associate(ec2, first, interface)
    associate(ec2, second, interface)
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[first])["Addresses"][0]
    assert ec2.describe_addresses(AllocationIds=[second])["Addresses"][0]["NetworkInterfaceId"] == interface


def test_an_elastic_ip_that_moves_leaves_its_old_interface(ec2: Any, place: AccountRegion, subnet: str) -> None:
    old, new, allocation = run(place, subnet, public=False), run(place, subnet), allocate(ec2)
    associate(ec2, allocation, primary(ec2, old)["NetworkInterfaceId"])
    associate(ec2, allocation, primary(ec2, new)["NetworkInterfaceId"], AllowReassociation=True)
    assert "PublicIpAddress" not in look(ec2, old)
    assert ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]["InstanceId"] == new


def test_stopping_releases_an_automatic_address_and_starting_assigns_another(
    ec2: Any, place: AccountRegion, subnet: str
) -> None:
    instance = run(place, subnet)
    before = look(ec2, instance)["PublicIpAddress"]
    ec2.stop_instances(InstanceIds=[instance])
    assert "PublicIpAddress" not in look(ec2, instance)
    ec2.start_instances(InstanceIds=[instance])
    assert look(ec2, instance)["PublicIpAddress"] != before


def test_an_elastic_ip_survives_stop_and_start(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance, allocation = run(place, subnet), allocate(ec2)
    associate(ec2, allocation, primary(ec2, instance)["NetworkInterfaceId"])
    before = look(ec2, instance)["PublicIpAddress"]
    ec2.stop_instances(InstanceIds=[instance])
    assert look(ec2, instance)["PublicIpAddress"] == before
    ec2.start_instances(InstanceIds=[instance])
    assert look(ec2, instance)["PublicIpAddress"] == before


def test_an_instance_started_with_the_flag_off_gets_no_address(ec2: Any, place: AccountRegion, subnet: str) -> None:
    instance = run(place, subnet)
    set_flag(ec2, primary(ec2, instance)["NetworkInterfaceId"], on=False)
    ec2.stop_instances(InstanceIds=[instance])
    ec2.start_instances(InstanceIds=[instance])
    assert "PublicIpAddress" not in look(ec2, instance)


def test_elastic_ips_are_public_addresses(ec2: Any) -> None:
    assert not ec2.allocate_address(Domain="vpc")["PublicIp"].startswith("127.")


def test_a_subnet_that_somebody_made_gives_out_no_public_addresses(ec2: Any, place: AccountRegion) -> None:
    compute.remove_default_network(place)
    _, public, private = compute.network(place, "test", "10.2")
    found = {item["SubnetId"]: item["MapPublicIpOnLaunch"] for item in ec2.describe_subnets()["Subnets"]}
    assert found[public] is True
    assert found[private] is False
