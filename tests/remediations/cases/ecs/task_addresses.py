"""Cases of `bot.remediations.ecs.task_addresses`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ecs.task_addresses import KeepTasksPrivate
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AServiceWithPublicTasks(Case):
    """A service with public tasks, whose number somebody else changes."""

    remediation = KeepTasksPrivate
    two_valued = True

    def make(self) -> Target:
        ecs = plain_client("ecs")
        ecs.create_cluster(clusterName="shop", tags=[{"key": "password", "value": PLANTED}])
        secret = [{"name": "password", "value": PLANTED}]
        containers = [{"name": "web", "image": "web", "memory": 128, "environment": secret}]
        ecs.register_task_definition(family="web", networkMode="awsvpc", containerDefinitions=containers)
        made = ecs.create_service(
            cluster="shop",
            serviceName="web",
            taskDefinition="web",
            desiredCount=1,
            networkConfiguration=self.network("ENABLED"),
        )
        return targeted(KeepTasksPrivate, made["service"]["serviceArn"])

    def network(self, public: str) -> dict[str, Any]:
        subnets = [one["SubnetId"] for one in plain_client("ec2").describe_subnets()["Subnets"]][:2]
        groups = [one["GroupId"] for one in plain_client("ec2").describe_security_groups()["SecurityGroups"]]
        return {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": groups, "assignPublicIp": public}}

    def edit_beside(self, target: Target) -> None:
        plain_client("ecs").update_service(cluster="shop", service="web", desiredCount=3)

    def beside(self, target: Target) -> Any:
        found = plain_client("ecs").describe_services(cluster="shop", services=["web"])["services"][0]
        network = found["networkConfiguration"]["awsvpcConfiguration"]
        return found["desiredCount"], sorted(network["subnets"]), network["securityGroups"]

    def edit_same(self, target: Target) -> None:
        plain_client("ecs").update_service(cluster="shop", service="web", networkConfiguration=self.network("ENABLED"))

    def destroy(self, target: Target) -> None:
        plain_client("ecs").delete_service(cluster="shop", service="web", force=True)
