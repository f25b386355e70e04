"""Cases of `bot.remediations.eks.logging`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.eks.logging import LogClusterAudit
from tests.aws import ACCOUNT, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AClusterWithoutAuditLog(Case):
    """A cluster with another log type; somebody else enables one more."""

    remediation = LogClusterAudit
    two_valued = True

    def make(self) -> Target:
        made = plain_client("eks").create_cluster(
            name="shop",
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks",
            resourcesVpcConfig={"subnetIds": ["subnet-0aa1", "subnet-0bb2"]},
            logging={"clusterLogging": [{"types": ["api"], "enabled": True}]},
            tags={"password": PLANTED},
        )
        return targeted(LogClusterAudit, made["cluster"]["arn"])

    def edit_beside(self, target: Target) -> None:
        self.log("authenticator", on=True)

    def beside(self, target: Target) -> Any:
        logging = plain_client("eks").describe_cluster(name="shop")["cluster"]["logging"]["clusterLogging"]
        on = [kind for one in logging if one["enabled"] for kind in one["types"]]
        return sorted(kind for kind in on if kind != "audit")

    def edit_same(self, target: Target) -> None:
        self.log("audit", on=False)

    def log(self, kind: str, *, on: bool) -> None:
        wanted = {"clusterLogging": [{"types": [kind], "enabled": on}]}
        plain_client("eks").update_cluster_config(name="shop", logging=wanted)

    def destroy(self, target: Target) -> None:
        plain_client("eks").delete_cluster(name="shop")
