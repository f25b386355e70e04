"""Minor upgrades and standbys of DMS replication instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, paginated
from bot.remediations.toolkit.toggle import Toggle

_NOT_CHANGEABLE: Final = frozenset({"creating", "failed", "incompatible-credentials", "incompatible-network"})
_READY: Final = frozenset({"available", "storage-full"})


class _ReplicationToggle(Toggle):
    """A flag of DescribeReplicationInstances, which ModifyReplicationInstance accepts by the same name."""

    resource_type = "AWS::DMS::ReplicationInstance"
    reads = ("dms:DescribeReplicationInstances",)
    writes = ("dms:ModifyReplicationInstance",)
    compliant_value = True
    flag: ClassVar[str]
    more: ClassVar[Mapping[str, Any]] = {}

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return the flag. DMS returns the old value until a modification has finished."""
        return bool(_instance(aws, target)[self.flag])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Modify the flag. Raise Busy during another modification."""
        instance = _instance(aws, target)
        if instance["ReplicationInstanceStatus"] not in _READY:
            raise Busy(f"DMS is at work on it ({instance['ReplicationInstanceStatus']})", retry_after=60)
        aws.client("dms").modify_replication_instance(
            ReplicationInstanceArn=instance["ReplicationInstanceArn"], **{self.flag: on}, **self.more
        )


class UpgradeReplication(_ReplicationToggle):
    """Install minor versions in the maintenance window; tasks stop for some minutes then, and resume."""

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
        yield evidence_of("When may DMS restart it?", lambda: str(_instance(aws, target)["PreferredMaintenanceWindow"]))


class AddReplicationStandby(_ReplicationToggle):
    """Add a standby of the replication instance in a second Availability Zone, immediately.

    Refused if other modifications are pending, because ApplyImmediately applies all of them.
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
        """Return the flag. Raise Refusal if other modifications are pending."""
        instance = _instance(aws, target)
        pending = sorted(name for name, value in instance.get("PendingModifiedValues", {}).items() if value is not None)
        if set(pending) - {self.flag}:
            raise Refusal(f"changes of {', '.join(pending)} wait for the maintenance window, and would be made with it")
        return bool(instance[self.flag])

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("What is doubled?", lambda: str(_instance(aws, target)["ReplicationInstanceClass"]))


def _instance(aws: Account, target: Target) -> dict[str, Any]:
    """Return the instance. Raise ResourceGone, or Refusal if its status allows no modification."""
    filters = [{"Name": "replication-instance-arn", "Values": [target.resource.id]}]
    with gone_if("ResourceNotFoundFault"):
        found = paginated(aws.client("dms"), "describe_replication_instances", "ReplicationInstances", Filters=filters)
    if not found or found[0]["ReplicationInstanceStatus"] in {"deleted", "deleting"}:
        raise ResourceGone(target.resource.id)
    if found[0]["ReplicationInstanceStatus"] in _NOT_CHANGEABLE:
        raise Refusal(f"DMS changes no replication instance that is {found[0]['ReplicationInstanceStatus']}")
    return found[0]
