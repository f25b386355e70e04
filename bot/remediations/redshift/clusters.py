"""Redshift clusters: private, backed up, logged, upgraded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, gone_if, metric_value, response_date
from bot.remediations.toolkit.security_group_calls import public_sources
from bot.remediations.toolkit.toggle import Toggle

_CANNOT: Final = frozenset(
    {
        *("creating", "hardware-failure", "paused", "restoring", "resuming"),
        *("incompatible-hsm", "incompatible-network", "incompatible-restore"),
    }
)
_TAKES_CHANGES: Final = ("available", "incompatible-parameters", "storage-full")
"""How the other states begin in which Redshift is not at work: `available, prep-for-resize` is one (API_Cluster)."""
_KEPT: Final = "days that automatic snapshots are kept"
_LOGGING: Final = "audit logging"
_LOGS: Final = ("connectionlog", "useractivitylog", "userlog")


def described(aws: Account, target: Target) -> dict[str, Any]:
    """The answer with the cluster in it. Raises ResourceGone, or Refusal in a state in which nothing can be changed."""
    with gone_if("ClusterNotFound", "ClusterNotFoundFault"):
        answer: dict[str, Any] = aws.client("redshift").describe_clusters(ClusterIdentifier=target.resource.name)
    status = answer["Clusters"][0].get("ClusterStatus", "")
    if status in {"deleting", "final-snapshot"}:
        raise ResourceGone(status)
    if status in _CANNOT:
        raise Refusal(f"Redshift changes no cluster that is {status}")
    return answer


def cluster(aws: Account, target: Target) -> dict[str, Any]:
    """The cluster. Raises ResourceGone and Refusal."""
    found: dict[str, Any] = described(aws, target)["Clusters"][0]
    return found


def modify(aws: Account, target: Target, **change: Any) -> None:
    """Change the one thing. Raises Busy while a change, perhaps our own of before a crash, is under way."""
    status = cluster(aws, target).get("ClusterStatus", "")
    if not status.startswith(_TAKES_CHANGES):
        raise Busy(f"Redshift is at work on the cluster ({status})", retry_after=60)
    aws.client("redshift").modify_cluster(ClusterIdentifier=target.resource.name, **change)


class _ClusterSwitch(Toggle):
    """One flag of DescribeClusters, which ModifyCluster takes under the same name."""

    resource_type = "AWS::Redshift::Cluster"
    reads: ClassVar[tuple[str, ...]] = ("redshift:DescribeClusters",)
    writes = ("redshift:ModifyCluster",)
    flag: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        """While Redshift still works on it, the old value: so there is no proof before it is done."""
        return bool(cluster(aws, target)[self.flag])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag."""
        modify(aws, target, **{self.flag: on})


class MakeClusterPrivate(_ClusterSwitch):
    """Let the cluster's name lead to a private address."""

    title = "Take the Redshift cluster off the internet"
    problem = "Public Redshift cluster"
    controls = ("Redshift.1",)
    config_rules = ("REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK",)
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reversible = Reversible.PARTLY
    not_restored = "the public address itself, unless the cluster has an Elastic IP: Undo gets another one"
    reads = ("cloudwatch:GetMetricData", "ec2:DescribeSecurityGroupRules", "redshift:DescribeClusters")
    deadline_seconds = 3600
    setting = "publicly accessible"
    compliant_value = False
    flag = "PubliclyAccessible"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who connects."""
        yield evidence_of("Who on the internet is let in by its security groups?", lambda: _let_in(aws, target))
        yield evidence_of(f"Was it used in {METRIC_DAYS} days?", lambda: _connections(aws, target))
        yield evidence_of("Has it an Elastic IP?", lambda: _elastic_ip(aws, target))
        yield Evidence("Does anybody connect from outside the VPC?", "not known", known=False)


class UpgradeMajorVersions(_ClusterSwitch):
    """Let Redshift install new versions of its engine in the maintenance window; the cluster restarts then."""

    title = "Install new versions automatically"
    problem = "Redshift cluster misses upgrades"
    controls = ("Redshift.6",)
    config_rules = ("REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK",)
    effects = (Effect.RESTARTS,)
    reversible = Reversible.PARTLY
    not_restored = "the version before, once a newer one has been installed"
    deadline_seconds = 900
    setting = "automatic upgrades"
    compliant_value = True
    flag = "AllowVersionUpgrade"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """When a restart would come."""
        yield evidence_of("When may it restart?", lambda: str(cluster(aws, target)["PreferredMaintenanceWindow"]))


class KeepClusterSnapshots(Remediation):
    """Keep the automatic snapshots for a week at least."""

    title = "Keep automatic snapshots of the cluster"
    problem = "Redshift cluster without backups"
    controls = ("Redshift.3",)
    config_rules = ("REDSHIFT_BACKUP_ENABLED",)
    resource_type = "AWS::Redshift::Cluster"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reversible = Reversible.PARTLY
    not_restored = "snapshots older than the days that Undo goes back to: they are deleted"
    reads = ("redshift:DescribeClusters",)
    writes = ("redshift:ModifyCluster",)
    params: ClassVar[Mapping[str, Param]] = {"minRetentionPeriod": Param(7, "days that snapshots are kept")}
    deadline_seconds = 900

    def read(self, target: Target, aws: Account) -> Settings:
        """The days now."""
        return {_KEPT: int(cluster(aws, target).get("AutomatedSnapshotRetentionPeriod", 0))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """No fewer than the policy says."""
        return {**settings, _KEPT: max(int(settings.get(_KEPT) or 0), int(params["minRetentionPeriod"]))}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Only the days."""
        modify(aws, target, AutomatedSnapshotRetentionPeriod=value)


class LogClusterAudits(Remediation):
    """Write the audit logs to CloudWatch Logs, or into the bucket that the policy names.

    Redshift refuses a bucket whose policy does not let it write (API_EnableLogging): then the run fails, and says so.
    """

    title = "Log who does what in the cluster"
    problem = "Redshift cluster without audit logs"
    controls = ("Redshift.4",)
    resource_type = "AWS::Redshift::Cluster"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("redshift:DescribeLoggingStatus",)
    writes = ("redshift:DisableLogging", "redshift:EnableLogging")
    params: ClassVar[Mapping[str, Param]] = {
        "log_bucket": Param("", "the bucket for the logs; without it, CloudWatch Logs"),
        "prefix": Param("{name}/", "what the names of the logs begin with in a bucket; {name} is the cluster's"),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Where the logs go."""
        with gone_if("ClusterNotFound", "ClusterNotFoundFault"):
            status = aws.client("redshift").describe_logging_status(ClusterIdentifier=target.resource.name)
        return {_LOGGING: _in_words(status) if status.get("LoggingEnabled") else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Where they go already, else where the policy says."""
        if settings.get(_LOGGING, ABSENT) is not ABSENT:
            return dict(settings)
        bucket, prefix = str(params["log_bucket"]), str(params["prefix"])
        right = {"bucket": bucket, "prefix": prefix} if bucket else {"CloudWatch Logs": list(_LOGS)}
        return {**settings, _LOGGING: right}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn it on or off."""
        redshift, name = aws.client("redshift"), target.resource.name
        if value is ABSENT:
            redshift.disable_logging(ClusterIdentifier=name)
        elif "bucket" in value:
            redshift.enable_logging(
                ClusterIdentifier=name,
                BucketName=value["bucket"],
                S3KeyPrefix=value["prefix"],
                LogDestinationType="s3",
            )
        else:
            redshift.enable_logging(
                ClusterIdentifier=name, LogDestinationType="cloudwatch", LogExports=value["CloudWatch Logs"]
            )


def _in_words(status: Mapping[str, Any]) -> dict[str, Any]:
    if status.get("LogDestinationType") == "cloudwatch":
        return {"CloudWatch Logs": sorted(status.get("LogExports", []))}
    return {"bucket": status.get("BucketName", ""), "prefix": status.get("S3KeyPrefix", "")}


def _connections(aws: Account, target: Target) -> str:
    answer = described(aws, target)
    named, dimension = ("AWS/Redshift", "DatabaseConnections"), ("ClusterIdentifier", target.resource.name)
    most = metric_value(aws.client("cloudwatch"), named, dimension, "Maximum", response_date(answer))
    if most is None:
        return "CloudWatch has no figures"
    return f"yes, by up to {most} connections at a time" if most else "no: nobody connected"


def _let_in(aws: Account, target: Target) -> str:
    groups = [one["VpcSecurityGroupId"] for one in cluster(aws, target).get("VpcSecurityGroups", [])]
    return public_sources(aws, groups)


def _elastic_ip(aws: Account, target: Target) -> str:
    address = cluster(aws, target).get("ElasticIpStatus", {}).get("ElasticIp")
    return f"yes, {address}" if address else "no: the address goes for good"
