"""ECS services and clusters: no public addresses, and measured. Task definitions cannot be changed: see guidance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if
from bot.remediations.toolkit.toggle import Toggle

_INSIGHTS: Final = "containerInsights"


class KeepTasksPrivate(Toggle):
    """Give the service's tasks no public addresses; ECS replaces them by a deployment of its own.

    The subnets and security groups go back as they are, because the call replaces them together. Tasks that reach the
    internet by their public address alone could then not even fetch their image: the evidence tells how many of the
    subnets have another way out. Only services that ECS itself deploys take this call (API_UpdateService).
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
        """Raises Refusal where something else deploys the service."""
        service = _service(aws, target)
        controller = service.get("deploymentController", {}).get("type", "ECS")
        if controller != "ECS":
            raise Refusal(f"{controller} deploys it: change the network configuration there, and deploy")
        return bool(_network(service).get("assignPublicIp") == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """The network configuration as it is now, but for this."""
        service = _service(aws, target)
        network = {**_network(service), "assignPublicIp": "ENABLED" if on else "DISABLED"}
        aws.client("ecs").update_service(
            cluster=service["clusterArn"],
            service=service["serviceArn"],
            networkConfiguration={"awsvpcConfiguration": network},
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """How many tasks there are, and whether they get out without an address."""
        yield evidence_of("How many tasks run?", lambda: pluralize(int(_service(aws, target)["runningCount"]), "task"))
        yield evidence_of("Can they get out without a public address?", lambda: _ways_out(aws, target))
        yield Evidence("Who calls the tasks by their public addresses?", "not known", known=False)


class MeasureContainers(Toggle):
    """Turn Container Insights on for the cluster. Enhanced observability, where it is on, is more, and stays."""

    title = "Turn on Container Insights"
    problem = "Cluster is not measured"
    controls = ("ECS.12",)
    config_rules = ("ECS_CONTAINER_INSIGHTS_ENABLED",)
    resource_type = "AWS::ECS::Cluster"
    effects = (Effect.COSTS_MONEY,)
    reads = ("ecs:DescribeClusters",)
    writes = ("ecs:UpdateCluster",)
    setting = "Container Insights"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Whether it is on, in either kind."""
        answer = aws.client("ecs").describe_clusters(clusters=[target.resource.id], include=["SETTINGS"])
        for cluster in answer["clusters"]:
            if cluster["status"] != "INACTIVE":
                found = {one["name"]: one["value"] for one in cluster.get("settings", [])}
                return bool(found.get(_INSIGHTS, "disabled") != "disabled")
        raise ResourceGone(target.resource.id)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """A cluster has this one setting only."""
        settings = [{"name": _INSIGHTS, "value": "enabled" if on else "disabled"}]
        aws.client("ecs").update_cluster(cluster=target.resource.id, settings=settings)


def _service(aws: Account, target: Target) -> dict[str, Any]:
    """The service; its cluster is in its ARN, but for ARNs of the old form, which have none."""
    arn = parse_arn(target.resource.id)
    parts = arn.rest.split("/") if arn else []
    if len(parts) != 3:  # noqa: PLR2004 - service/CLUSTER/NAME
        raise Refusal("its ARN does not name the cluster (the old form): opt in to long ARNs for ECS services")
    with gone_if("ClusterNotFoundException"):
        answer = aws.client("ecs").describe_services(cluster=parts[1], services=[target.resource.id])
    found = [one for one in answer["services"] if one["status"] == "ACTIVE"]
    if not found:
        raise ResourceGone(target.resource.id)
    service: dict[str, Any] = found[0]
    return service


def _network(service: dict[str, Any]) -> dict[str, Any]:
    """Raises Refusal where the tasks have no network of their own, and so no addresses."""
    network: dict[str, Any] = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    if not network:
        raise Refusal("its tasks have no network interface of their own")
    return {**network, "subnets": sorted(network["subnets"]), "securityGroups": sorted(network["securityGroups"])}


def _ways_out(aws: Account, target: Target) -> str:
    subnets = _network(_service(aws, target))["subnets"]
    filters = [{"Name": "association.subnet-id", "Values": subnets}]
    pages = aws.client("ec2").get_paginator("describe_route_tables").paginate(Filters=filters)
    tables = [one for page in pages for one in page["RouteTables"]]
    private = {
        link["SubnetId"]
        for table in tables
        if any(_leads_out(route) for route in table["Routes"])
        for link in table["Associations"]
        if link.get("SubnetId") in subnets
    }
    return f"{len(private)} of {pluralize(len(subnets), 'subnet')} have a route that needs none (endpoints are not looked at)"


def _leads_out(route: dict[str, Any]) -> bool:
    everywhere = route.get("DestinationCidrBlock") == "0.0.0.0/0"
    return everywhere and bool(route.get("NatGatewayId") or route.get("TransitGatewayId") or route.get("InstanceId"))
