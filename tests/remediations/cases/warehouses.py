# ruff: noqa: ARG002 - a case knows its resource without the target
"""Database clusters and proxies, and warehouses, that go around something."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.rds.backups import KeepClusterBackups
from bot.remediations.rds.deletion_protection import ProtectDocumentCluster
from bot.remediations.rds.logging import SendDocumentAudits
from bot.remediations.rds.proxy_tls import RequireTlsOfProxy
from bot.remediations.redshift.vpc_routing import RouteClusterWithinVpc
from tests.aws import ACCOUNT, plain_client
from tests.remediations.cases.managed_services import APublicWarehouse
from tests.remediations.cases.rds_switches import ClusterCase, make_cluster
from tests.remediations.contract import PLANTED, Case, targeted


class AWarehouseAroundTheVpc(APublicWarehouse):
    remediation: ClassVar[type[Remediation]] = RouteClusterWithinVpc

    def edit_same(self, target: Target) -> None:
        self.change(EnhancedVpcRouting=False)


class ADocumentClusterThatOneCallDeletes(ClusterCase):
    remediation = ProtectDocumentCluster
    wrong: ClassVar = {"DeletionProtection": False}


class ADocumentClusterWithoutAudits(ClusterCase):
    """Of Aurora in truth: moto has no clusters of DocumentDB under RDS's API, where AWS has them."""

    remediation = SendDocumentAudits
    wrong: ClassVar = {"EnableCloudwatchLogsExports": ["profiler"]}

    def make(self) -> Target:
        return targeted(SendDocumentAudits, make_cluster(**self.wrong)["DBClusterArn"])

    def edit_same(self, target: Target) -> None:
        change = {"DisableLogTypes": ["audit"]}
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", CloudwatchLogsExportConfiguration=change)


class AClusterWithOneDayOfBackups(ClusterCase):
    remediation = KeepClusterBackups
    two_valued = False
    wrong: ClassVar = {"BackupRetentionPeriod": 1}

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", CopyTagsToSnapshot=True)

    def beside(self, target: Target) -> Any:
        return plain_client("rds").describe_db_clusters()["DBClusters"][0].get("CopyTagsToSnapshot")

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_cluster(DBClusterIdentifier="ledger", BackupRetentionPeriod=30)


class AProxyThatTakesPlainText(Case):
    remediation = RequireTlsOfProxy
    two_valued = True

    def make(self) -> Target:
        subnets = [one["SubnetId"] for one in plain_client("ec2").describe_subnets()["Subnets"]][:2]
        made = plain_client("rds").create_db_proxy(
            DBProxyName="front",
            EngineFamily="POSTGRESQL",
            Auth=[{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:eu-west-1:1:secret:x"}],
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/proxy",
            VpcSubnetIds=subnets,
            Tags=[{"Key": "password", "Value": PLANTED}],
        )
        return targeted(RequireTlsOfProxy, made["DBProxy"]["DBProxyArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("rds").modify_db_proxy(DBProxyName="front", IdleClientTimeout=600)

    def beside(self, target: Target) -> Any:
        return plain_client("rds").describe_db_proxies()["DBProxies"][0]["IdleClientTimeout"]

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_proxy(DBProxyName="front", RequireTLS=False)

    def destroy(self, target: Target) -> None:
        plain_client("rds").delete_db_proxy(DBProxyName="front")
