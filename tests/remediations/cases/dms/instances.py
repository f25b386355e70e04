"""Cases of `bot.remediations.dms.instances`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.dms.instances import AddReplicationStandby, UpgradeReplication
from tests.remediations.cases.tagged import TAGS, TaggedCase
from tests.remediations.contract import targeted


class AReplicationWithoutUpgrades(TaggedCase):
    remediation: ClassVar[type[Remediation]] = UpgradeReplication
    service = "dms"
    wrong: ClassVar[dict[str, bool]] = {"AutoMinorVersionUpgrade": False}

    def make(self) -> Target:
        made = self.client.create_replication_instance(
            ReplicationInstanceIdentifier="move",
            ReplicationInstanceClass="dms.t3.medium",
            MultiAZ=False,
            AutoMinorVersionUpgrade=False,
            PreferredMaintenanceWindow="mon:01:00-mon:02:00",
            Tags=TAGS,
        )
        return targeted(self.remediation, made["ReplicationInstance"]["ReplicationInstanceArn"])

    def edit_beside(self, target: Target) -> None:
        self.modify(target, PreferredMaintenanceWindow="sun:03:00-sun:04:00")

    def beside(self, target: Target) -> Any:
        found = self.client.describe_replication_instances()["ReplicationInstances"][0]
        return found["PreferredMaintenanceWindow"]

    def edit_same(self, target: Target) -> None:
        self.modify(target, **self.wrong)

    def destroy(self, target: Target) -> None:
        self.client.delete_replication_instance(ReplicationInstanceArn=target.resource.id)

    def modify(self, target: Target, **change: Any) -> None:
        self.client.modify_replication_instance(ReplicationInstanceArn=target.resource.id, **change)


class AReplicationInOneZone(AReplicationWithoutUpgrades):
    remediation = AddReplicationStandby
    wrong: ClassVar[dict[str, bool]] = {"MultiAZ": False}
