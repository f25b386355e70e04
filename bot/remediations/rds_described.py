"""Databases and clusters of RDS as they are described, whichever name a source has for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.domain.resource import parse_arn
from bot.remediations.asking import gone_on

_CANNOT: Final = frozenset({"creating", "failed", "inaccessible-encryption-credentials", "stopped", "stopping"})
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


def database(aws: Account, target: Target) -> dict[str, Any]:
    """The instance; AWS Config knows it by its resource id, `db-…`. Raises ResourceGone, Refusal."""
    by_name = {"DBInstanceIdentifier": target.resource.name}
    by_id = {"Filters": [{"Name": "dbi-resource-id", "Values": [target.resource.id]}]}
    with gone_on(_DATABASE_GONE):
        found = aws.client("rds").describe_db_instances(**(by_name if parse_arn(target.resource.id) else by_id))
    if not found["DBInstances"]:
        raise ResourceGone(target.resource.id)
    instance: dict[str, Any] = found["DBInstances"][0]
    _at_rest(instance["DBInstanceStatus"], target)
    return instance


def database_of_its_own(aws: Account, target: Target) -> dict[str, Any]:
    """The instance, unless it belongs to a cluster that holds the setting for all its members."""
    instance = database(aws, target)
    if instance.get("DBClusterIdentifier"):
        raise Refusal(f"it belongs to the cluster {instance['DBClusterIdentifier']}, which holds this setting")
    return instance


def cluster(aws: Account, target: Target) -> dict[str, Any]:
    """The cluster; AWS Config knows it by its resource id, `cluster-…`. Raises ResourceGone, Refusal."""
    named = {"DBClusterIdentifier": target.resource.name} if parse_arn(target.resource.id) else {}
    with gone_on(_CLUSTER_GONE):
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


def refuse_if_others_wait(instance: Mapping[str, Any], mine: str) -> None:
    """A change that is to be made at once would take others' with it that wait for the maintenance window."""
    waiting = sorted(set(instance.get("PendingModifiedValues") or {}) - {mine})
    if waiting:
        raise Refusal(f"changes of {', '.join(waiting)} wait for the maintenance window, and would be made with it")


def _arn_or_any(target: Target, kind: str) -> str:
    """The ARN to write on, or all of this kind of the account where AWS Config names it by its resource id only."""
    where = target.resource
    if parse_arn(where.id):
        return where.id
    return f"arn:{where.partition}:rds:{where.region}:{where.account}:{kind}:*"
