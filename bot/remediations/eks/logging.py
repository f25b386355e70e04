"""EKS clusters: what is asked of the API is logged."""

from __future__ import annotations

from typing import Any, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle

_AUDIT: Final = "audit"


class LogClusterAudit(Toggle):
    """Send the audit log of the Kubernetes API to CloudWatch Logs; other kinds of logs stay as they are."""

    title = "Log what is asked of the Kubernetes API"
    problem = "Kubernetes API without audit log"
    controls = ("EKS.8",)
    config_rules = ("EKS_CLUSTER_LOG_ENABLED",)
    resource_type = "AWS::EKS::Cluster"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("eks:DescribeCluster",)
    writes = ("eks:UpdateClusterConfig",)
    proved_on = "extended"
    deadline_seconds = 1800
    setting = "audit log"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Whether the kind is among those that are on."""
        logging = _cluster(aws, target).get("logging", {}).get("clusterLogging", [])
        return any(_AUDIT in one["types"] for one in logging if one["enabled"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this kind. Raises Busy while an update is under way: EKS makes one at a time."""
        status = _cluster(aws, target)["status"]
        if status != "ACTIVE":
            raise Busy(f"EKS is at work on the cluster ({status})", retry_after=60)
        wanted = {"clusterLogging": [{"types": [_AUDIT], "enabled": on}]}
        aws.client("eks").update_cluster_config(name=target.resource.name, logging=wanted)


def _cluster(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("ResourceNotFoundException"):
        found: dict[str, Any] = aws.client("eks").describe_cluster(name=target.resource.name)["cluster"]
    if found["status"] == "DELETING":
        raise ResourceGone("DELETING")
    if found["status"] in {"CREATING", "FAILED", "PENDING"}:
        raise Refusal(f"EKS changes no cluster that is {found['status']}")
    return found
