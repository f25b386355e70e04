"""Descriptions and changes of RDS instances and clusters, by any identifier that a source gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.arns import arn_or_pattern
from bot.remediations.toolkit.aws_calls import gone_if

_UNCHANGEABLE: Final = frozenset(
    {
        *("creating", "failed", "inaccessible-encryption-credentials", "stopped", "stopping"),
        *("inaccessible-encryption-credentials-recoverable", "incompatible-network", "incompatible-restore"),
        *("insufficient-capacity", "restore-error", "cloning-failed", "migration-failed"),
    }
)
_READY: Final = frozenset(
    {"available", "incompatible-parameters", "storage-full", "storage-initialization", "storage-optimization"}
)
"""In every other state RDS refuses changes for now (Amazon RDS User Guide, "Viewing DB instance status")."""
_MULTI_AZ_ENGINES: Final = frozenset({"mysql", "postgres"})
"""Engines of Multi-AZ clusters; a member of a cluster of Aurora, DocumentDB or Neptune has another."""
_DATABASE_GONE: Final = "DBInstanceNotFound"
_CLUSTER_GONE: Final = "DBClusterNotFoundFault"


class OnDatabase(Remediation):
    """Base of remediations of one instance."""

    resource_type = "AWS::RDS::DBInstance"

    def arn(self, target: Target, aws: Account) -> str:
        return str(describe_database(aws, target)["DBInstanceArn"])

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the instance, or all of the account where AWS Config gives its resource id."""
        return (arn_or_pattern(target, "rds", "db:*"),)


class OnCluster(Remediation):
    """Base of remediations of one cluster."""

    resource_type = "AWS::RDS::DBCluster"

    def arn(self, target: Target, aws: Account) -> str:
        return str(describe_cluster(aws, target)["DBClusterArn"])

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the cluster, or all of the account where AWS Config gives its resource id."""
        return (arn_or_pattern(target, "rds", "cluster:*"),)


def describe_answer(aws: Account, target: Target) -> dict[str, Any]:
    """Return the answer that holds the instance, which AWS Config may identify by its resource id, `db-…`.

    Raises ResourceGone; Refusal in a state in which RDS changes nothing, and for a member of a Multi-AZ cluster, which
    ModifyDBInstance cannot change ("Modifying a Multi-AZ DB cluster").
    """
    by_name = {"DBInstanceIdentifier": target.resource.name}
    by_id = {"Filters": [{"Name": "dbi-resource-id", "Values": [target.resource.id]}]}
    with gone_if(_DATABASE_GONE):
        answer: dict[str, Any] = aws.client("rds").describe_db_instances(
            **(by_name if parse_arn(target.resource.id) else by_id)
        )
    if not answer["DBInstances"]:
        raise ResourceGone(target.resource.id)
    instance = answer["DBInstances"][0]
    _refuse_unchangeable(instance["DBInstanceStatus"], target)
    if instance.get("DBClusterIdentifier") and instance["Engine"] in _MULTI_AZ_ENGINES:
        raise Refusal(f"RDS changes the Multi-AZ cluster {instance['DBClusterIdentifier']}, to which it belongs, only")
    return answer


def describe_database(aws: Account, target: Target) -> dict[str, Any]:
    """Return the instance. Raises ResourceGone, Refusal."""
    instance: dict[str, Any] = describe_answer(aws, target)["DBInstances"][0]
    return instance


def modify_database(aws: Account, target: Target, **change: Any) -> None:
    """Change the named fields. Raises Busy while RDS is working, Refusal where it would apply other changes too."""
    instance = describe_database(aws, target)
    _wait_until_ready(instance["DBInstanceStatus"])
    if change.get("ApplyImmediately"):
        refuse_if_other_changes_wait(instance, *change)
    aws.client("rds").modify_db_instance(DBInstanceIdentifier=instance["DBInstanceIdentifier"], **change)


def modify_cluster(aws: Account, target: Target, **change: Any) -> None:
    """Change the named fields of the cluster. Raises Busy while RDS is working."""
    found = describe_cluster(aws, target)
    _wait_until_ready(found["Status"])
    aws.client("rds").modify_db_cluster(DBClusterIdentifier=found["DBClusterIdentifier"], **change)


def database_outside_cluster(aws: Account, target: Target) -> dict[str, Any]:
    """Return the instance. Raises Refusal if its cluster holds the setting for all members."""
    instance = describe_database(aws, target)
    if instance.get("DBClusterIdentifier"):
        raise Refusal(f"it belongs to the cluster {instance['DBClusterIdentifier']}, which holds this setting")
    return instance


def describe_cluster(aws: Account, target: Target) -> dict[str, Any]:
    """Return the cluster; AWS Config may identify it by its resource id, `cluster-…`. Raises ResourceGone, Refusal."""
    named = {"DBClusterIdentifier": target.resource.name} if parse_arn(target.resource.id) else {}
    with gone_if(_CLUSTER_GONE):
        pages = list(aws.client("rds").get_paginator("describe_db_clusters").paginate(**named))
    found = [one for page in pages for one in page["DBClusters"] if _is_target(one, target)]
    if not found:
        raise ResourceGone(target.resource.id)
    one: dict[str, Any] = found[0]
    _refuse_unchangeable(one["Status"], target)
    return one


def _is_target(one: Mapping[str, Any], target: Target) -> bool:
    return target.resource.id in (one["DBClusterArn"], one["DbClusterResourceId"])


def _refuse_unchangeable(status: str, target: Target) -> None:
    if status == "deleting":
        raise ResourceGone(target.resource.id)
    if status in _UNCHANGEABLE:
        raise Refusal(f"RDS changes nothing that is {status}: ask again when it is available")


def _wait_until_ready(status: str) -> None:
    if status not in _READY:
        raise Busy(f"RDS is still at work ({status})", retry_after=60)


def refuse_if_other_changes_wait(instance: Mapping[str, Any], *own: str) -> None:
    """Raise Refusal where ApplyImmediately would also apply other changes that wait for the maintenance window."""
    waiting = sorted(set(instance.get("PendingModifiedValues") or {}) - set(own))
    if waiting:
        raise Refusal(f"changes of {', '.join(waiting)} wait for the maintenance window, and would be made with it")
