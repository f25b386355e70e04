"""Networks, security groups and instances."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from infra.local.sandbox.accounts import AccountRegion, tags

EVERYBODY_V4, EVERYBODY_V6, OFFICE = "0.0.0.0/0", "::/0", "203.0.113.0/24"
_IMAGE = "ami-0abcdef1234567890"


def remove_default_network(place: AccountRegion) -> None:
    """Remove the default network. Its VPC stays: moto's databases need its security group."""
    ec2 = place.client("ec2")
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])


def network(place: AccountRegion, name: str, block: str) -> tuple[str, str, str]:
    """Create a VPC with a public and a private subnet; returns their ids in this order. The public one assigns IPs."""
    ec2 = place.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=tags(name, owner="platform"))
    public = _subnet(place, vpc, f"{name}-public-a", f"{block}.0.0/24", "a")
    private = _subnet(place, vpc, f"{name}-private-b", f"{block}.1.0/24", "b")
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": True})
    return vpc, public, private


def _subnet(place: AccountRegion, vpc: str, name: str, block: str, zone: str) -> str:
    ec2 = place.client("ec2")
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=f"{place.region}{zone}")["Subnet"]["SubnetId"]
    ec2.create_tags(Resources=[made], Tags=tags(name, owner="platform"))
    return str(made)


def permission(ports: tuple[int, int] | None, protocol: str = "tcp", **sources: Any) -> dict[str, Any]:
    """Return a permission: `v4`, `v6` are lists of (CIDR, description), `groups` and `prefix_lists` lists of ids."""
    ranged = {"FromPort": ports[0], "ToPort": ports[1]} if ports else {}
    return {
        "IpProtocol": protocol,
        **ranged,
        "IpRanges": [{"CidrIp": cidr, "Description": text} for cidr, text in sources.get("v4", [])],
        "Ipv6Ranges": [{"CidrIpv6": cidr, "Description": text} for cidr, text in sources.get("v6", [])],
        "UserIdGroupPairs": [{"GroupId": group} for group in sources.get("groups", [])],
        "PrefixListIds": [{"PrefixListId": item} for item in sources.get("prefix_lists", [])],
    }


def group(place: AccountRegion, vpc: str, name: str, *permissions: dict[str, Any], owner: str, env: str) -> str:
    """Create a security group with its inbound rules; returns its id."""
    ec2 = place.client("ec2")
    made = ec2.create_security_group(GroupName=name, Description=name.replace("-", " "), VpcId=vpc)["GroupId"]
    ec2.create_tags(Resources=[made], Tags=tags(name, owner=owner, env=env))
    for one in permissions:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[one])
    return str(made)


def instance(
    place: AccountRegion, name: str, subnet: str, groups: list[str], *, public: bool = False, **more: str
) -> str:
    """Create a running instance; returns its id. `tokens="required"` is IMDSv2 only."""
    tokens = more.pop("tokens", "required")
    made = place.client("ec2").run_instances(
        ImageId=_IMAGE,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.medium",
        MetadataOptions={"HttpTokens": tokens, "HttpEndpoint": "enabled"},
        NetworkInterfaces=[
            {"DeviceIndex": 0, "SubnetId": subnet, "Groups": groups, "AssociatePublicIpAddress": public}
        ],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags(name, **more)}],
    )
    return str(made["Instances"][0]["InstanceId"])


def elastic_ip(place: AccountRegion, interface: str, name: str) -> None:
    """Allocate an Elastic IP and associate it with an interface."""
    ec2 = place.client("ec2")
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags(name)}])
    ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=interface)


def _primary(place: AccountRegion, instance_id: str) -> str:
    found = place.client("ec2").describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
    return str(found["NetworkInterfaces"][0]["NetworkInterfaceId"])


def _secondary(place: AccountRegion, instance_id: str, subnet: str) -> str:
    ec2 = place.client("ec2")
    made = ec2.create_network_interface(SubnetId=subnet, Description="Management network")["NetworkInterface"]
    ec2.attach_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"], InstanceId=instance_id, DeviceIndex=1)
    return str(made["NetworkInterfaceId"])


def _belongs_to_stack(place: AccountRegion, resource: str, stack: str) -> None:
    """Tag a resource as part of a stack, in moto's state: clients cannot set `aws:` tags."""
    ec2_backends[place.account][place.region].create_tags(
        [resource], {"aws:cloudformation:stack-name": stack, "aws:cloudformation:logical-id": "BatchHost"}
    )


def seed_prod(place: AccountRegion) -> None:
    vpc, public, private = network(place, "prod-data", "10.20")
    web = _prod_groups(place, vpc)
    batch = instance(
        place, "payroll-batch-01", public, [web], public=True, tokens="optional", owner="payments", env="prod"
    )
    _belongs_to_stack(place, batch, "payroll-batch")
    gateway = instance(place, "vpn-gateway-01", public, [web], owner="platform", env="prod")
    elastic_ip(place, _primary(place, gateway), "vpn-gateway")
    router = instance(place, "etl-router-01", public, [web], public=True, owner="analytics", env="prod")
    elastic_ip(place, _secondary(place, router, public), "etl-router-management")
    instance(place, "orders-api-01", private, [web], owner="orders", env="prod")


def _prod_groups(place: AccountRegion, vpc: str) -> str:
    """Create the groups of prod-data; returns the id of the compliant one."""
    web = group(
        place, vpc, "web-frontend",
        permission((80, 80), v4=[(EVERYBODY_V4, "HTTP")]),
        permission((443, 443), v4=[(EVERYBODY_V4, "HTTPS")], v6=[(EVERYBODY_V6, "HTTPS")]),
        owner="web", env="prod",
    )  # fmt: skip
    group(
        place, vpc, "bastion-ssh",
        permission((22, 22), v4=[(EVERYBODY_V4, "temporary"), (OFFICE, "office")], v6=[(EVERYBODY_V6, "temporary")]),
        owner="platform", env="prod",
    )  # fmt: skip
    group(place, vpc, "legacy-erp", permission((0, 65535), v4=[(EVERYBODY_V4, "")]), owner="erp", env="prod")
    group(
        place, vpc, "jump-host",
        permission((22, 22), v4=[("10.0.0.0/8", "internal")]),
        permission((443, 443), v4=[(EVERYBODY_V4, "console")]),
        permission((3389, 3389), v4=[(EVERYBODY_V4, "vendor access"), (OFFICE, "office")]),
        permission((5432, 5432), groups=[web]),
        owner="platform", env="prod",
    )  # fmt: skip
    group(
        place, vpc, "partner-feed",
        permission((443, 443), prefix_lists=[_prefix_list(place)]),
        permission((20, 23), v6=[(EVERYBODY_V6, "ftp and ssh")]),
        owner="partners", env="prod",
    )  # fmt: skip
    return web


def _prefix_list(place: AccountRegion) -> str:
    made = place.client("ec2").create_managed_prefix_list(
        PrefixListName="partner-networks",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "198.51.100.0/24", "Description": "partner"}],
    )
    return str(made["PrefixList"]["PrefixListId"])


def seed_prod_us(place: AccountRegion) -> None:
    vpc, _, private = network(place, "prod-data-us", "10.30")
    admin = group(
        place, vpc, "replica-admin", permission((3389, 3389), v4=[(EVERYBODY_V4, "")]), owner="data-science", env="prod"
    )
    instance(place, "ml-trainer-01", private, [admin], tokens="optional", owner="data-science", env="prod")


def seed_dev(place: AccountRegion) -> None:
    vpc, public, private = network(place, "payments-dev", "10.40")
    open_all = group(
        place,
        vpc,
        "dev-everything",
        permission(None, "-1", v4=[(EVERYBODY_V4, "dev only")]),
        owner="payments",
        env="dev",
    )
    closed = group(
        place, vpc, "dev-internal", permission((0, 65535), v4=[("10.40.0.0/16", "")]), owner="payments", env="dev"
    )
    instance(place, "dev-sandbox-01", public, [open_all], public=True, owner="payments", env="dev")
    instance(place, "dev-runner-01", private, [closed], owner="payments", env="dev")
