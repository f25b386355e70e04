"""Remediations that turn one flag of an RDS instance or cluster on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.rds.describe import (
    OnCluster,
    OnDatabase,
    database_outside_cluster,
    describe_cluster,
    modify_cluster,
    modify_database,
)
from bot.remediations.toolkit.toggle import Toggle


class DatabaseToggle(OnDatabase, Toggle):
    """One flag of DescribeDBInstances, which ModifyDBInstance takes under the same name."""

    reads = ("rds:DescribeDBInstances",)
    writes = ("rds:ModifyDBInstance",)
    compliant_value = True
    flag: ClassVar[str]
    more: ClassVar[Mapping[str, Any]] = {}

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return the flag, which keeps its old value while RDS is applying a change."""
        return bool(database_outside_cluster(aws, target)[self.flag])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        modify_database(aws, target, **{self.flag: on}, **self.more)


class ClusterToggle(OnCluster, Toggle):
    """One flag of DescribeDBClusters, which ModifyDBCluster takes under the same name."""

    reads = ("rds:DescribeDBClusters",)
    writes = ("rds:ModifyDBCluster",)
    compliant_value = True
    flag: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(describe_cluster(aws, target).get(self.flag))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        modify_cluster(aws, target, **{self.flag: on})
