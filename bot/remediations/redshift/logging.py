"""Turn on audit logging of Redshift clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.redshift.clusters import GONE
from bot.remediations.toolkit.aws_calls import gone_if

_LOGGING: Final = "audit logging"
_LOGS: Final = ("connectionlog", "useractivitylog", "userlog")


class LogClusterAudits(Remediation):
    """Write the audit logs to CloudWatch Logs, or into the bucket that the policy names.

    Redshift refuses a bucket whose policy does not let it write (API_EnableLogging); the run then fails with that
    error.
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
        with gone_if(*GONE):
            status = aws.client("redshift").describe_logging_status(ClusterIdentifier=target.resource.name)
        return {_LOGGING: _destination(status) if status.get("LoggingEnabled") else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        if settings.get(_LOGGING, ABSENT) is not ABSENT:
            return dict(settings)
        bucket, prefix = str(params["log_bucket"]), str(params["prefix"])
        right = {"bucket": bucket, "prefix": prefix} if bucket else {"CloudWatch Logs": list(_LOGS)}
        return {**settings, _LOGGING: right}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
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


def _destination(status: Mapping[str, Any]) -> dict[str, Any]:
    if status.get("LogDestinationType") == "cloudwatch":
        return {"CloudWatch Logs": sorted(status.get("LogExports", []))}
    return {"bucket": status.get("BucketName", ""), "prefix": status.get("S3KeyPrefix", "")}
