"""Access logs of application and classic load balancers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.elb.attributes import (
    ClassicRemediation,
    LoadBalancerRemediation,
    modify_attributes,
    modify_classic_attributes,
    read_attributes,
    read_classic_attributes,
)

_LOGS: Final = "access logs"


class _AccessLogRemediation(Remediation):
    """Write access logs to the policy's bucket; access logs that are on stay."""

    problem = "Load balancer without access logs"
    controls = ("ELB.5",)
    config_rules = ("ELB_LOGGING_ENABLED",)
    effects = (Effect.COSTS_MONEY,)
    params: ClassVar[Mapping[str, Param]] = {
        "logBucket": Param("", "the bucket for access logs; none, no fix"),
        "logPrefix": Param("", "the folder in it"),
    }

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Turn access logs on. Raise Refusal if the policy names no bucket."""
        if settings[_LOGS] is not ABSENT:
            return {_LOGS: settings[_LOGS]}
        if not params["logBucket"]:
            raise Refusal("the policy names no bucket for access logs: set logBucket of ELB.5")
        return {_LOGS: {"bucket": str(params["logBucket"]), "prefix": str(params["logPrefix"])}}


class LogAccess(_AccessLogRemediation, LoadBalancerRemediation):
    """Write access logs of an application load balancer to the policy's bucket; access logs that are on stay.

    The switch, the bucket and the prefix are one setting, because ELB tests the bucket when it is set.
    """

    title = "Write access logs of the load balancer"

    def read(self, target: Target, aws: Account) -> Settings:
        """Return bucket and prefix, or ABSENT if access logs are off."""
        attributes = read_attributes(aws, target)
        if attributes.get("access_logs.s3.enabled") != "true":
            return {_LOGS: ABSENT}
        bucket, prefix = attributes.get("access_logs.s3.bucket", ""), attributes.get("access_logs.s3.prefix", "")
        return {_LOGS: {"bucket": bucket, "prefix": prefix}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn access logs on, or off; bucket and prefix stay when they are off."""
        attributes = {"access_logs.s3.enabled": "false"}
        if value is not ABSENT:
            attributes = {
                "access_logs.s3.enabled": "true",
                "access_logs.s3.bucket": value["bucket"],
                "access_logs.s3.prefix": value["prefix"],
            }
        modify_attributes(aws, target, attributes)


class LogClassicAccess(_AccessLogRemediation, ClassicRemediation):
    """Write access logs of a classic load balancer to the policy's bucket; access logs that are on stay."""

    title = "Write access logs of the classic load balancer"

    def read(self, target: Target, aws: Account) -> Settings:
        """Return bucket and prefix, or ABSENT if access logs are off."""
        access_log = read_classic_attributes(aws, target)["AccessLog"]
        location = {"bucket": access_log.get("S3BucketName", ""), "prefix": access_log.get("S3BucketPrefix", "")}
        return {_LOGS: location if access_log["Enabled"] else ABSENT}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Turn access logs on, every hour (the default of ELB), or off."""
        access_log: dict[str, Any] = {"Enabled": False}
        if value is not ABSENT:
            access_log = {"Enabled": True, "S3BucketName": value["bucket"], "S3BucketPrefix": value["prefix"]}
        modify_classic_attributes(aws, target, {"AccessLog": access_log})


def log_location(attributes: Mapping[str, str]) -> str:
    """Return the location of the access logs of an application load balancer, as evidence."""
    on = attributes.get("access_logs.s3.enabled") == "true"
    return _location(on=on, bucket=str(attributes.get("access_logs.s3.bucket")))


def classic_log_location(attributes: Mapping[str, Any]) -> str:
    """Return the location of the access logs of a classic load balancer, as evidence."""
    access_log = attributes["AccessLog"]
    return _location(on=access_log["Enabled"], bucket=str(access_log.get("S3BucketName")))


def _location(*, on: bool, bucket: str) -> str:
    return f"access logs in {bucket}" if on else "nowhere: it writes no access logs"
