"""Cases of `bot.remediations.redshift.public_access`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.redshift.public_access import MakeClusterPrivate
from tests.aws import plain_client
from tests.remediations.cases.redshift.security_groups import make_security_group
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, targeted


class APublicWarehouse(Case):
    remediation: ClassVar[type[Remediation]] = MakeClusterPrivate
    two_valued = True

    def make(self) -> Target:
        plain_client("redshift").create_cluster(
            ClusterIdentifier="sales",
            NodeType="ra3.large",
            MasterUsername="admin",
            MasterUserPassword=f"{PLANTED}A1",
            PubliclyAccessible=True,
            AllowVersionUpgrade=False,
            AutomatedSnapshotRetentionPeriod=1,
            VpcSecurityGroupIds=[make_security_group()],
            Tags=TAGS,
        )
        return targeted(self.remediation, "sales", params=self.params())

    def params(self) -> dict[str, Any]:
        return {}

    def edit_beside(self, target: Target) -> None:
        self.change(PreferredMaintenanceWindow="Sun:03:00-Sun:03:30")

    def beside(self, target: Target) -> Any:
        return plain_client("redshift").describe_clusters()["Clusters"][0]["PreferredMaintenanceWindow"]

    def edit_same(self, target: Target) -> None:
        self.change(PubliclyAccessible=True)

    def destroy(self, target: Target) -> None:
        plain_client("redshift").delete_cluster(ClusterIdentifier="sales", SkipFinalClusterSnapshot=True)

    def change(self, **change: Any) -> None:
        plain_client("redshift").modify_cluster(ClusterIdentifier="sales", **change)
