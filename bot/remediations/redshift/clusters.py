"""Descriptions and changes of Redshift clusters."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle

_UNCHANGEABLE: Final = frozenset(
    {
        *("creating", "hardware-failure", "paused", "restoring", "resuming"),
        *("incompatible-hsm", "incompatible-network", "incompatible-restore"),
    }
)
_READY_PREFIXES: Final = ("available", "incompatible-parameters", "storage-full")
"""Beginnings of states in which Redshift takes changes: `available, prep-for-resize` is one (API_Cluster)."""
GONE: Final = ("ClusterNotFound", "ClusterNotFoundFault")
"""Errors of calls about a cluster that does not exist."""


def describe_answer(aws: Account, target: Target) -> dict[str, Any]:
    """Return the answer that holds the cluster. Raises ResourceGone; Refusal in a state without changes."""
    with gone_if(*GONE):
        answer: dict[str, Any] = aws.client("redshift").describe_clusters(ClusterIdentifier=target.resource.name)
    status = answer["Clusters"][0].get("ClusterStatus", "")
    if status in {"deleting", "final-snapshot"}:
        raise ResourceGone(status)
    if status in _UNCHANGEABLE:
        raise Refusal(f"Redshift changes no cluster that is {status}")
    return answer


def describe_cluster(aws: Account, target: Target) -> dict[str, Any]:
    """Return the cluster. Raises ResourceGone, Refusal."""
    found: dict[str, Any] = describe_answer(aws, target)["Clusters"][0]
    return found


def modify_cluster(aws: Account, target: Target, **change: Any) -> None:
    """Change the named fields. Raises Busy while a change is in progress, which may be the bot's own before a crash."""
    status = describe_cluster(aws, target).get("ClusterStatus", "")
    if not status.startswith(_READY_PREFIXES):
        raise Busy(f"Redshift is at work on the cluster ({status})", retry_after=60)
    aws.client("redshift").modify_cluster(ClusterIdentifier=target.resource.name, **change)


class ClusterToggle(Toggle):
    """One flag of DescribeClusters, which ModifyCluster takes under the same name."""

    resource_type = "AWS::Redshift::Cluster"
    reads: ClassVar[tuple[str, ...]] = ("redshift:DescribeClusters",)
    writes = ("redshift:ModifyCluster",)
    flag: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return the flag, which keeps its old value while Redshift is applying a change."""
        return bool(describe_cluster(aws, target)[self.flag])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        modify_cluster(aws, target, **{self.flag: on})
