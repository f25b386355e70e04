"""Routes of EC2 instances to the internet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.ports import Account

_EVERYWHERE = "0.0.0.0/0"
_PRIVATE_TARGETS = (
    "NatGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "VpcPeeringConnectionId",
    "CoreNetworkArn",
)


def outbound_route(aws: Account, instance: Mapping[str, Any]) -> str:
    """Return whether the instance can reach the internet without a public address, as evidence."""
    route = _default_route(_route_table(aws, instance))
    if route is None:
        return "no default route: nothing changes"
    gateway = str(route.get("GatewayId", ""))
    if gateway.startswith("igw-"):
        return f"no: its way out is {gateway}, so updates, calls and Session Manager are cut unless by VPC endpoints"
    private = [str(route[key]) for key in _PRIVATE_TARGETS if route.get(key)]
    return f"yes, by {(private or [gateway or 'another way'])[0]}"


def _route_table(aws: Account, instance: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the route table of the instance's subnet, else the main one of its VPC, else {}."""
    for name, value, main in (
        ("association.subnet-id", instance.get("SubnetId", ""), False),
        ("vpc-id", instance.get("VpcId", ""), True),
    ):
        main_only = [{"Name": "association.main", "Values": ["true"]}] if main else []
        pages = aws.client("ec2").get_paginator("describe_route_tables")
        for page in pages.paginate(Filters=[{"Name": name, "Values": [value]}, *main_only]):
            for table in page["RouteTables"]:
                found: Mapping[str, Any] = table
                return found
    return {}


def _default_route(table: Mapping[str, Any]) -> Mapping[str, Any] | None:
    routes = [route for route in table.get("Routes", []) if route.get("DestinationCidrBlock") == _EVERYWHERE]
    return routes[0] if routes else None
