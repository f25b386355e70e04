"""Cases of `bot.remediations.redshift.logging`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.redshift.logging import LogClusterAudits
from tests.aws import plain_client
from tests.remediations.cases.redshift.public_access import APublicWarehouse


class AWarehouseWithoutAuditLogs(APublicWarehouse):
    remediation = LogClusterAudits
    two_valued = False

    def edit_same(self, target: Target) -> None:
        plain_client("redshift").enable_logging(ClusterIdentifier="sales", BucketName="theirs", S3KeyPrefix="x/")


class AWarehouseWhoseLogsHaveABucket(AWarehouseWithoutAuditLogs):
    def params(self) -> dict[str, Any]:
        return {"log_bucket": "audit-{account}"}
