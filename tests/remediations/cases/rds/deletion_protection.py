"""Cases of `bot.remediations.rds.deletion_protection`."""

from __future__ import annotations

from typing import ClassVar

from bot.domain.plan import Target
from bot.remediations.rds.deletion_protection import ProtectCluster, ProtectDatabase, ProtectDocumentCluster
from tests.aws import plain_client
from tests.remediations.cases.rds.databases import ClusterCase, DatabaseCase, make_cluster
from tests.remediations.contract import targeted


class ADatabaseThatOneCallDeletes(DatabaseCase):
    remediation = ProtectDatabase
    wrong: ClassVar = {"DeletionProtection": False}


class AnUnprotectedDatabaseThatConfigNamesById(ADatabaseThatOneCallDeletes):
    def make(self) -> Target:
        super().make()
        found = plain_client("rds").describe_db_instances()["DBInstances"][0]
        return targeted(self.remediation, found["DbiResourceId"])


class AClusterThatOneCallDeletes(ClusterCase):
    remediation = ProtectCluster
    wrong: ClassVar = {"DeletionProtection": False}


class AnUnprotectedClusterThatConfigNamesById(AClusterThatOneCallDeletes):
    def make(self) -> Target:
        return targeted(self.remediation, make_cluster()["DbClusterResourceId"])


class ADocumentClusterThatOneCallDeletes(ClusterCase):
    remediation = ProtectDocumentCluster
    wrong: ClassVar = {"DeletionProtection": False}
