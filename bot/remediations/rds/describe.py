"""Databases and clusters of RDS as they are described, whichever name a source has for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.domain.resource import parse_arn
from bot.remediations.toolkit.aws_calls import gone_if

_CANNOT: Final = frozenset(
    {
        *("creating", "failed", "inaccessible-encryption-credentials", "stopped", "stopping"),
        *("inaccessible-encryption-credentials-recoverable", "incompatible-network", "incompatible-restore"),
        *("insufficient-capacity", "restore-error", "cloning-failed", "migration-failed"),
    }
)
_TAKES_CHANGES: Final = frozenset(
    {"available", "incompatible-parameters", "storage-full", "storage-initialization", "storage-optimization"}
)
"""In every other state RDS is at work, and refuses a change (Amazon RDS User Guide, "Viewing DB instance status")."""
_MULTI_AZ_ENGINES: Final = frozenset({"mysql", "postgres"})
"""Engines of Multi-AZ clusters; a member of a cluster of Aurora, DocumentDB or Neptune has another."""
_DATABASE_GONE: Final = "DBInstanceNotFound"
_CLUSTER_GONE: Final = "DBClusterNotFoundFault"


class OnDatabase(Remediation):
    """What works on one instance."""

    resource_type = "AWS::RDS::DBInstance"

    def arn(self, target: Target, aws: Account) -> str:
        """By its name."""
        return str(database(aws, target)["DBInstanceArn"])

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The instance."""
        return (_arn_or_any(target, "db"),)


class OnCluster(Remediation):
    """What works on one cluster."""

    resource_type = "AWS::RDS::DBCluster"

    def arn(self, target: Target, aws: Account) -> str:
        """By its name."""
        return str(cluster(aws, target)["DBClusterArn"])

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The cluster."""
        return (_arn_or_any(target, "cluster"),)


def described(aws: Account, target: Target) -> dict[str, Any]:
    """The answer with the instance in it; AWS Config knows it by its resource id, `db-…`. Raises ResourceGone, Refusal.

    A member of a Multi-AZ cluster is refused: ModifyDBInstance changes none ("Modifying a Multi-AZ DB cluster").
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
    _at_rest(instance["DBInstanceStatus"], target)
    if instance.get("DBClusterIdentifier") and instance["Engine"] in _MULTI_AZ_ENGINES:
        raise Refusal(f"RDS changes the Multi-AZ cluster {instance['DBClusterIdentifier']}, to which it belongs, only")
    return answer


def database(aws: Account, target: Target) -> dict[str, Any]:
    """The instance. Raises ResourceGone, Refusal."""
    instance: dict[str, Any] = described(aws, target)["DBInstances"][0]
    return instance


def modify_database(aws: Account, target: Target, **change: Any) -> None:
    """Change what is named. Raises Busy while RDS is at work, Refusal where others' changes would be made with it."""
    instance = database(aws, target)
    _wait_until_ready(instance["DBInstanceStatus"])
    if change.get("ApplyImmediately"):
        refuse_if_others_wait(instance, *change)
    aws.client("rds").modify_db_instance(DBInstanceIdentifier=instance["DBInstanceIdentifier"], **change)


def modify_cluster(aws: Account, target: Target, **change: Any) -> None:
    """Change what is named of the cluster. Raises Busy while RDS is at work."""
    found = cluster(aws, target)
    _wait_until_ready(found["Status"])
    aws.client("rds").modify_db_cluster(DBClusterIdentifier=found["DBClusterIdentifier"], **change)


def database_of_its_own(aws: Account, target: Target) -> dict[str, Any]:
    """The instance, unless it belongs to a cluster that holds the setting for all its members."""
    instance = database(aws, target)
    if instance.get("DBClusterIdentifier"):
        raise Refusal(f"it belongs to the cluster {instance['DBClusterIdentifier']}, which holds this setting")
    return instance


def cluster(aws: Account, target: Target) -> dict[str, Any]:
    """The cluster; AWS Config knows it by its resource id, `cluster-…`. Raises ResourceGone, Refusal."""
    named = {"DBClusterIdentifier": target.resource.name} if parse_arn(target.resource.id) else {}
    with gone_if(_CLUSTER_GONE):
        pages = list(aws.client("rds").get_paginator("describe_db_clusters").paginate(**named))
    found = [one for page in pages for one in page["DBClusters"] if _is_meant(one, target)]
    if not found:
        raise ResourceGone(target.resource.id)
    one: dict[str, Any] = found[0]
    _at_rest(one["Status"], target)
    return one


def _is_meant(one: Mapping[str, Any], target: Target) -> bool:
    return target.resource.id in (one["DBClusterArn"], one["DbClusterResourceId"])


def _at_rest(status: str, target: Target) -> None:
    if status == "deleting":
        raise ResourceGone(target.resource.id)
    if status in _CANNOT:
        raise Refusal(f"RDS changes nothing that is {status}: ask again when it is available")


def _wait_until_ready(status: str) -> None:
    if status not in _TAKES_CHANGES:
        raise Busy(f"RDS is still at work ({status})", retry_after=60)


def refuse_if_others_wait(instance: Mapping[str, Any], *mine: str) -> None:
    """A change that is to be made at once would take others' with it that wait for the maintenance window."""
    waiting = sorted(set(instance.get("PendingModifiedValues") or {}) - set(mine))
    if waiting:
        raise Refusal(f"changes of {', '.join(waiting)} wait for the maintenance window, and would be made with it")


def _arn_or_any(target: Target, kind: str) -> str:
    """The ARN to write on, or all of this kind of the account where AWS Config names it by its resource id only."""
    where = target.resource
    if parse_arn(where.id):
        return where.id
    return f"arn:{where.partition}:rds:{where.region}:{where.account}:{kind}:*"
