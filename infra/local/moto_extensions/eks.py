"""EKS: updates keep the log types that they do not name."""

from __future__ import annotations

from typing import Any

from moto.eks.models import Cluster, EKSBackend

from infra.local.moto_extensions.patching import replace

_update_cluster_config = EKSBackend.update_cluster_config


def update_cluster_config(self: EKSBackend, **changes: Any) -> Cluster:
    """Merge the logging configuration by log type.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html; moto replaces it as a whole.
    """
    before = self.clusters[changes["name"]].logging if changes["name"] in self.clusters else {}
    if changes.get("logging"):
        changes["logging"] = _merged(before or {}, changes["logging"])
    return _update_cluster_config(self, **changes)


def _merged(before: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    states: dict[str, bool] = {}
    for one in (*before.get("clusterLogging", ()), *change["clusterLogging"]):
        states.update(dict.fromkeys(one["types"], bool(one["enabled"])))
    both = ((sorted(kind for kind, on in states.items() if on is wanted), wanted) for wanted in (True, False))
    return {"clusterLogging": [{"types": types, "enabled": wanted} for types, wanted in both if types]}


def install() -> None:
    replace(EKSBackend, update_cluster_config=update_cluster_config)
