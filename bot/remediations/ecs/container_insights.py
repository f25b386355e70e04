"""Container Insights of ECS clusters."""

from __future__ import annotations

from typing import Final

from bot.domain.errors import ResourceGone
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.toggle import Toggle

_INSIGHTS: Final = "containerInsights"


class MeasureContainers(Toggle):
    """Turn Container Insights on for the cluster; enhanced observability includes it, and stays."""

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
        """Return whether it is on, with or without enhanced observability."""
        response = aws.client("ecs").describe_clusters(clusters=[target.resource.id], include=["SETTINGS"])
        for cluster in response["clusters"]:
            if cluster["status"] != "INACTIVE":
                settings = {one["name"]: one["value"] for one in cluster.get("settings", [])}
                return bool(settings.get(_INSIGHTS, "disabled") != "disabled")
        raise ResourceGone(target.resource.id)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Replace the cluster's settings, of which this is the only one."""
        settings = [{"name": _INSIGHTS, "value": "enabled" if on else "disabled"}]
        aws.client("ecs").update_cluster(cluster=target.resource.id, settings=settings)
