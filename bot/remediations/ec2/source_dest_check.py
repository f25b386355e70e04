"""Network interfaces: only what is meant to forward the traffic of others does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if
from bot.remediations.toolkit.toggle import Toggle


class CheckSourceAndDestination(Toggle):
    """Let EC2 drop packets that are neither from nor to the interface. A NAT instance or a firewall then stops working.

    Where a route leads to the interface it is one: refused.
    """

    title = "Check source and destination of the interface's traffic"
    problem = "Interface forwards the traffic of others"
    controls = ("EC2.180",)
    config_rules = ("EC2_ENIS_SOURCE_DESTINATION_CHECK_ENABLED",)
    resource_type = "AWS::EC2::NetworkInterface"
    effects = (Effect.CUTS_TRAFFIC,)
    reads = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables")
    writes = ("ec2:ModifyNetworkInterfaceAttribute",)
    setting = "source/destination check"
    compliant_value = True
    uses: ClassVar[str] = "Amazon runs it for a service, which needs it so"

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal where AWS manages the interface, or where routes lead to it."""
        found = _interface(aws, target)
        if found.get("RequesterManaged"):
            raise Refusal(f"it belongs to {found.get('RequesterId') or 'an AWS service'}: {self.uses}")
        routes = _routes(aws, target)
        if routes and not found["SourceDestCheck"]:
            raise Refusal(f"{pluralize(routes, 'route')} lead to it: it forwards traffic for others on purpose")
        return bool(found["SourceDestCheck"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """One attribute a call."""
        aws.client("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=target.resource.name, SourceDestCheck={"Value": on}
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What it is attached to."""
        yield evidence_of("What is it attached to?", lambda: _attached(_interface(aws, target)))
        yield Evidence(
            "Does it forward traffic that no route table tells of (VPN, containers)?", "not known", known=False
        )


def _interface(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("InvalidNetworkInterfaceID.NotFound"):
        answer = aws.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[target.resource.name])
    found: dict[str, Any] = answer["NetworkInterfaces"][0]
    return found


def _routes(aws: Account, target: Target) -> int:
    pages = aws.client("ec2").get_paginator("describe_route_tables").paginate()
    routes = [route for page in pages for table in page["RouteTables"] for route in table["Routes"]]
    return sum(1 for route in routes if route.get("NetworkInterfaceId") == target.resource.name)


def _attached(interface: dict[str, Any]) -> str:
    instance = interface.get("Attachment", {}).get("InstanceId")
    return f"the instance {instance}" if instance else f"nothing (it is {interface['Status']})"
