"""Cases of `bot.remediations.ecs.container_insights`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ecs.container_insights import MeasureContainers
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AClusterThatNobodyMeasures(Case):
    remediation = MeasureContainers
    two_valued = True

    def make(self) -> Target:
        made = plain_client("ecs").create_cluster(clusterName="shop", tags=[{"key": "password", "value": PLANTED}])
        return targeted(MeasureContainers, made["cluster"]["clusterArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ecs").tag_resource(resourceArn=target.resource.id, tags=[{"key": "theirs", "value": "web"}])

    def beside(self, target: Target) -> Any:
        tags = plain_client("ecs").list_tags_for_resource(resourceArn=target.resource.id)["tags"]
        return sorted(one["key"] for one in tags)

    def edit_same(self, target: Target) -> None:
        off = [{"name": "containerInsights", "value": "disabled"}]
        plain_client("ecs").update_cluster(cluster="shop", settings=off)

    def destroy(self, target: Target) -> None:
        plain_client("ecs").delete_cluster(cluster="shop")
