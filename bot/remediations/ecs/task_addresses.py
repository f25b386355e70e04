"""Public addresses of the tasks of ECS services. Task definitions cannot be changed: see the guidance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, paginated, pluralize
from bot.remediations.toolkit.toggle import Toggle


class KeepTasksPrivate(Toggle):
    """Assign no public addresses to the service's tasks; ECS replaces the tasks with a new deployment.

    Subnets and security groups are sent unchanged, because the call replaces them together. Tasks that reach the
    internet only by their public address could not even pull their image then, so evidence counts the subnets with
    another route. Only services with the ECS deployment controller accept this call (API_UpdateService).
    """

    title = "Give the service's tasks no public addresses"
    problem = "Service gives its tasks public addresses"
    controls = ("ECS.2",)
    resource_type = "AWS::ECS::Service"
    effects = (Effect.CUTS_TRAFFIC, Effect.RESTARTS)
    reversible = Reversible.PARTLY
    not_restored = "the tasks' public addresses: Undo gets others"
    reads = ("ec2:DescribeRouteTables", "ecs:DescribeServices")
    writes = ("ecs:UpdateService",)
    deadline_seconds = 1800
    setting = "public addresses of tasks"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether tasks get public addresses. Raise Refusal for another deployment controller than ECS."""
        service = _service(aws, target)
        controller = service.get("deploymentController", {}).get("type", "ECS")
        if controller != "ECS":
            raise Refusal(f"{controller} deploys it: change the network configuration there, and deploy")
        return bool(_network(service).get("assignPublicIp") == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        service = _service(aws, target)
        network = {**_network(service), "assignPublicIp": "ENABLED" if on else "DISABLED"}
        aws.client("ecs").update_service(
            cluster=service["clusterArn"],
            service=service["serviceArn"],
            networkConfiguration={"awsvpcConfiguration": network},
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("How many tasks run?", lambda: pluralize(int(_service(aws, target)["runningCount"]), "task"))
        yield evidence_of("Can they get out without a public address?", lambda: _outbound_routes(aws, target))
        yield Evidence("Who calls the tasks by their public addresses?", "not known", known=False)


def _service(aws: Account, target: Target) -> dict[str, Any]:
    """Return the service. Raise ResourceGone, or Refusal for an ARN of the old format, which lacks the cluster."""
    arn = parse_arn(target.resource.id)
    parts = arn.rest.split("/") if arn else []
    if len(parts) != 3:  # noqa: PLR2004 - service/CLUSTER/NAME
        raise Refusal("its ARN does not name the cluster (the old form): opt in to long ARNs for ECS services")
    with gone_if("ClusterNotFoundException"):
        response = aws.client("ecs").describe_services(cluster=parts[1], services=[target.resource.id])
    active = [one for one in response["services"] if one["status"] == "ACTIVE"]
    if not active:
        raise ResourceGone(target.resource.id)
    service: dict[str, Any] = active[0]
    return service


def _network(service: dict[str, Any]) -> dict[str, Any]:
    """Return the network configuration. Raise Refusal if tasks have no network interface, and so no addresses."""
    network: dict[str, Any] = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    if not network:
        raise Refusal("its tasks have no network interface of their own")
    return {**network, "subnets": sorted(network["subnets"]), "securityGroups": sorted(network["securityGroups"])}


def _outbound_routes(aws: Account, target: Target) -> str:
    subnets = _network(_service(aws, target))["subnets"]
    filters = [{"Name": "association.subnet-id", "Values": subnets}]
    tables = paginated(aws.client("ec2"), "describe_route_tables", "RouteTables", Filters=filters)
    private = {
        association["SubnetId"]
        for table in tables
        if any(_is_outbound(route) for route in table["Routes"])
        for association in table["Associations"]
        if association.get("SubnetId") in subnets
    }
    of = pluralize(len(subnets), "subnet")
    return f"{len(private)} of {of} have a route that needs none (endpoints are not looked at)"


def _is_outbound(route: dict[str, Any]) -> bool:
    everywhere = route.get("DestinationCidrBlock") == "0.0.0.0/0"
    return everywhere and bool(route.get("NatGatewayId") or route.get("TransitGatewayId") or route.get("InstanceId"))
