"""Which logs of a cluster go to CloudWatch."""

from __future__ import annotations

from infra.local.cloud import CustomerCloud
from infra.local.sandbox.accounts import AccountRegion
from tests.infra.cloud.conftest import ACCOUNT


def test_logs_of_a_cluster_are_sent_and_no_longer_sent(cloud: CustomerCloud) -> None:
    rds = AccountRegion(cloud, ACCOUNT).client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="ledger", Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="example-1"
    )
    for change, sent in (
        ({"EnableLogTypes": ["error", "audit"]}, ["audit", "error"]),
        ({"DisableLogTypes": ["error"]}, ["audit"]),
    ):
        rds.modify_db_cluster(DBClusterIdentifier="ledger", CloudwatchLogsExportConfiguration=change)
        assert rds.describe_db_clusters()["DBClusters"][0]["EnabledCloudwatchLogsExports"] == sent
