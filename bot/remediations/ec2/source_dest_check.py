"""Source/destination checks of network interfaces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, paginated, pluralize
from bot.remediations.toolkit.toggle import Toggle


class CheckSourceAndDestination(Toggle):
    """Drop packets that are neither from nor to the interface. A NAT instance or a firewall then stops working.

    Refused if a route leads to the interface, because it forwards traffic on purpose.
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

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether the check is on. Raise Refusal if AWS manages the interface, or if routes lead to it."""
        interface = _interface(aws, target)
        if interface.get("RequesterManaged"):
            owner = interface.get("RequesterId") or "an AWS service"
            raise Refusal(f"it belongs to {owner}: Amazon runs it for a service, which needs it so")
        routes = _routes(aws, target)
        if routes and not interface["SourceDestCheck"]:
            raise Refusal(f"{pluralize(routes, 'route')} lead to it: it forwards traffic for others on purpose")
        return bool(interface["SourceDestCheck"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=target.resource.name, SourceDestCheck={"Value": on}
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("What is it attached to?", lambda: _attached(_interface(aws, target)))
        yield Evidence(
            "Does it forward traffic that no route table tells of (VPN, containers)?", "not known", known=False
        )


def _interface(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("InvalidNetworkInterfaceID.NotFound"):
        response = aws.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[target.resource.name])
    interface: dict[str, Any] = response["NetworkInterfaces"][0]
    return interface


def _routes(aws: Account, target: Target) -> int:
    tables = paginated(aws.client("ec2"), "describe_route_tables", "RouteTables")
    routes = [route for table in tables for route in table["Routes"]]
    return sum(route.get("NetworkInterfaceId") == target.resource.name for route in routes)


def _attached(interface: dict[str, Any]) -> str:
    instance = interface.get("Attachment", {}).get("InstanceId")
    return f"the instance {instance}" if instance else f"nothing (it is {interface['Status']})"
