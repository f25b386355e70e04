"""How an instance gets out to the internet once it has no public address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.ports import Account

_EVERYWHERE = "0.0.0.0/0"
_PRIVATE_WAYS = ("NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "VpcPeeringConnectionId", "CoreNetworkArn")


def way_out(aws: Account, instance: Mapping[str, Any]) -> str:
    """What the default route of the instance's subnet means for it."""
    route = _default_route(_route_table(aws, instance))
    if route is None:
        return "no default route: nothing changes"
    gateway = str(route.get("GatewayId", ""))
    if gateway.startswith("igw-"):
        return f"no: its way out is {gateway}, so updates, calls and Session Manager are cut unless by VPC endpoints"
    private = [str(route[way]) for way in _PRIVATE_WAYS if route.get(way)]
    return f"yes, by {(private or [gateway or 'another way'])[0]}"


def _route_table(aws: Account, instance: Mapping[str, Any]) -> Mapping[str, Any]:
    """The subnet's own route table, else the main one of its VPC."""
    for name, value, main in (
        ("association.subnet-id", instance.get("SubnetId", ""), False),
        ("vpc-id", instance.get("VpcId", ""), True),
    ):
        mains = [{"Name": "association.main", "Values": ["true"]}] if main else []
        pages = aws.client("ec2").get_paginator("describe_route_tables")
        for page in pages.paginate(Filters=[{"Name": name, "Values": [value]}, *mains]):
            for table in page["RouteTables"]:
                found: Mapping[str, Any] = table
                return found
    return {}


def _default_route(table: Mapping[str, Any]) -> Mapping[str, Any] | None:
    routes = [one for one in table.get("Routes", []) if one.get("DestinationCidrBlock") == _EVERYWHERE]
    return routes[0] if routes else None
