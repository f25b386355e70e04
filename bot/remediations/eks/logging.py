"""Control plane logs of EKS clusters."""

from __future__ import annotations

from typing import Any, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle

_AUDIT: Final = "audit"


class LogClusterAudit(Toggle):
    """Send the audit log of the Kubernetes API to CloudWatch Logs; other log types stay as they are."""

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
        log_setups = _cluster(aws, target).get("logging", {}).get("clusterLogging", [])
        return any(_AUDIT in setup["types"] for setup in log_setups if setup["enabled"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Update this log type. Raise Busy during another update: EKS runs one at a time."""
        status = _cluster(aws, target)["status"]
        if status != "ACTIVE":
            raise Busy(f"EKS is at work on the cluster ({status})", retry_after=60)
        logging = {"clusterLogging": [{"types": [_AUDIT], "enabled": on}]}
        aws.client("eks").update_cluster_config(name=target.resource.name, logging=logging)


def _cluster(aws: Account, target: Target) -> dict[str, Any]:
    """Return the cluster. Raise ResourceGone, or Refusal if it cannot be updated."""
    with gone_if("ResourceNotFoundException"):
        cluster: dict[str, Any] = aws.client("eks").describe_cluster(name=target.resource.name)["cluster"]
    if cluster["status"] == "DELETING":
        raise ResourceGone("DELETING")
    if cluster["status"] in {"CREATING", "FAILED", "PENDING"}:
        raise Refusal(f"EKS changes no cluster that is {cluster['status']}")
    return cluster
