"""DMS replication instances: upgraded, and with a standby."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.toggle import Toggle

_CANNOT: Final = frozenset({"creating", "failed", "incompatible-credentials", "incompatible-network"})
_TAKES_CHANGES: Final = frozenset({"available", "storage-full"})


class _ReplicationSwitch(Toggle):
    """One flag of DescribeReplicationInstances, which ModifyReplicationInstance takes under the same name."""

    resource_type = "AWS::DMS::ReplicationInstance"
    reads = ("dms:DescribeReplicationInstances",)
    writes = ("dms:ModifyReplicationInstance",)
    compliant_value = True
    flag: ClassVar[str]
    more: ClassVar[Mapping[str, Any]] = {}

    def is_on(self, target: Target, aws: Account) -> bool:
        """While DMS still works on it, the old value: so there is no proof before it is done."""
        return bool(_instance(aws, target)[self.flag])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag. Raises Busy while DMS is at work."""
        now = _instance(aws, target)
        if now["ReplicationInstanceStatus"] not in _TAKES_CHANGES:
            raise Busy(f"DMS is at work on it ({now['ReplicationInstanceStatus']})", retry_after=60)
        aws.client("dms").modify_replication_instance(
            ReplicationInstanceArn=now["ReplicationInstanceArn"], **{self.flag: on}, **self.more
        )


class UpgradeReplication(_ReplicationSwitch):
    """Let DMS install minor versions in the maintenance window; tasks stop for some minutes then, and go on."""

    title = "Install the replication instance's minor versions"
    problem = "Replication instance misses minor upgrades"
    controls = ("DMS.6",)
    config_rules = ("DMS_AUTO_MINOR_VERSION_UPGRADE_CHECK",)
    effects = (Effect.RESTARTS,)
    reversible = Reversible.PARTLY
    not_restored = "the version before, once a newer one has been installed"
    setting = "automatic minor version upgrades"
    flag = "AutoMinorVersionUpgrade"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """When a restart would come."""
        yield evidence_of("When may DMS restart it?", lambda: str(_instance(aws, target)["PreferredMaintenanceWindow"]))


class AddReplicationStandby(_ReplicationSwitch):
    """Give the replication instance a standby in a second zone, at once.

    Refused where that would take other people's waiting changes with it (ApplyImmediately applies all of them).
    """

    title = "Give the replication instance a standby"
    problem = "Replication instance in one zone only"
    controls = ("DMS.13",)
    config_rules = ("DMS_REPLICATION_INSTANCE_MULTI_AZ_ENABLED",)
    effects = (Effect.COSTS_MONEY, Effect.TAKES_LONG)
    setting = "standby in another zone"
    flag = "MultiAZ"
    more: ClassVar[Mapping[str, Any]] = {"ApplyImmediately": True}
    deadline_seconds = 7200

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal where other changes wait."""
        found = _instance(aws, target)
        waiting = sorted(name for name, value in found.get("PendingModifiedValues", {}).items() if value is not None)
        if set(waiting) - {self.flag}:
            raise Refusal(f"changes of {', '.join(waiting)} wait for the maintenance window, and would be made with it")
        return bool(found[self.flag])

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What it costs: as much again."""
        yield evidence_of("What is doubled?", lambda: str(_instance(aws, target)["ReplicationInstanceClass"]))


def _instance(aws: Account, target: Target) -> dict[str, Any]:
    filters = [{"Name": "replication-instance-arn", "Values": [target.resource.id]}]
    with gone_if("ResourceNotFoundFault"):
        pages = aws.client("dms").get_paginator("describe_replication_instances").paginate(Filters=filters)
        found = [one for page in pages for one in page["ReplicationInstances"]]
    if not found or found[0]["ReplicationInstanceStatus"] in {"deleted", "deleting"}:
        raise ResourceGone(target.resource.id)
    instance: dict[str, Any] = found[0]
    if instance["ReplicationInstanceStatus"] in _CANNOT:
        raise Refusal(f"DMS changes no replication instance that is {instance['ReplicationInstanceStatus']}")
    return instance
