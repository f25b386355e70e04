"""Classic load balancers: drained, balanced across zones, logged, and not read in two ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.elb.attributes import wanted_logs
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if
from bot.remediations.toolkit.toggle import Toggle

_KIND: Final = "AWS::ElasticLoadBalancing::LoadBalancer"
_READ: Final = "elasticloadbalancing:DescribeLoadBalancerAttributes"
_WRITE: Final = "elasticloadbalancing:ModifyLoadBalancerAttributes"
_LOGS: Final = "access logs"
_MODE: Final = "desync mitigation"
_DESYNC: Final = "elb.http.desyncmitigationmode"


class DrainConnections(Remediation):
    """Let requests under way be answered before an instance leaves the load balancer."""

    title = "Drain connections"
    problem = "Requests are cut when instances leave"
    controls = ("ELB.7",)
    resource_type = _KIND
    reads = (_READ,)
    writes = (_WRITE,)
    proved_on = "extended"
    params: ClassVar[Mapping[str, Param]] = {"timeout": Param(300, "seconds that requests under way are given")}
    _drain: ClassVar[str] = "seconds to drain connections"

    def read(self, target: Target, aws: Account) -> Settings:
        """The seconds, or ABSENT."""
        now = _attributes(aws, target)["ConnectionDraining"]
        return {self._drain: int(now["Timeout"]) if now["Enabled"] else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """As many as now, else the policy's."""
        return {self._drain: int(params["timeout"]) if settings[self._drain] is ABSENT else settings[self._drain]}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Only this attribute."""
        on = {"Enabled": False} if value is ABSENT else {"Enabled": True, "Timeout": int(value)}
        _modify(aws, target, {"ConnectionDraining": on})


class BalanceAcrossZones(Toggle):
    """Spread requests over the instances of all zones alike."""

    title = "Balance across zones"
    problem = "Zones get unequal load"
    controls = ("ELB.9",)
    config_rules = ("ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED",)
    resource_type = _KIND
    reads = (_READ, "elasticloadbalancing:DescribeLoadBalancers")
    writes = (_WRITE,)
    proved_on = "extended"
    setting = "balancing across zones"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The attribute CrossZoneLoadBalancing."""
        return bool(_attributes(aws, target)["CrossZoneLoadBalancing"]["Enabled"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this attribute."""
        _modify(aws, target, {"CrossZoneLoadBalancing": {"Enabled": on}})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether load moves."""
        yield evidence_of("How many zones and instances has it?", lambda: _size(aws, target))


class DefendClassicAgainstDesync(Remediation):
    """Let a classic load balancer close or refuse requests that servers could read in two ways."""

    title = "Defend the classic load balancer against HTTP desync"
    problem = "Ambiguous requests reach the servers"
    controls = ("ELB.14",)
    config_rules = ("CLB_DESYNC_MODE_CHECK",)
    resource_type = _KIND
    effects = (Effect.CUTS_TRAFFIC,)
    reads = (_READ,)
    writes = (_WRITE,)
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """The mode, `defensive` unless told."""
        return {_MODE: _mode(_attributes(aws, target))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """`strictest` stays."""
        return dict(settings) if settings[_MODE] in {"defensive", "strictest"} else {_MODE: "defensive"}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Only this attribute."""
        _modify(aws, target, {"AdditionalAttributes": [{"Key": _DESYNC, "Value": value}]})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Access logs have a field for the class of such requests."""
        yield evidence_of("Where could such requests be seen?", lambda: _logs_are_in(_attributes(aws, target)))
        yield Evidence("Do clients send such requests?", "not known (access logs are not read)", known=False)


class LogClassicAccess(Remediation):
    """Write access logs of a classic load balancer to the policy's bucket; where they are on, they stay."""

    title = "Write access logs of the classic load balancer"
    problem = "Load balancer without access logs"
    controls = ("ELB.5",)
    config_rules = ("ELB_LOGGING_ENABLED",)
    resource_type = _KIND
    effects = (Effect.COSTS_MONEY,)
    reads = (_READ,)
    writes = (_WRITE,)
    proved_on = "extended"
    params: ClassVar[Mapping[str, Param]] = {
        "logBucket": Param("", "the bucket for access logs; none, no fix"),
        "logPrefix": Param("", "the folder in it"),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Where they go, or ABSENT."""
        now = _attributes(aws, target)["AccessLog"]
        on = {"bucket": now.get("S3BucketName", ""), "prefix": now.get("S3BucketPrefix", "")}
        return {_LOGS: on if now["Enabled"] else ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """On. Raises Refusal where the policy names no bucket."""
        return {_LOGS: wanted_logs(settings[_LOGS], params)}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Hourly, ELB's own interval."""
        on: dict[str, Any] = {"Enabled": False}
        if value is not ABSENT:
            on = {"Enabled": True, "S3BucketName": value["bucket"], "S3BucketPrefix": value["prefix"]}
        _modify(aws, target, {"AccessLog": on})


def _attributes(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("LoadBalancerNotFound", "AccessPointNotFound"):
        answer = aws.client("elb").describe_load_balancer_attributes(LoadBalancerName=target.resource.name)
    found: dict[str, Any] = answer["LoadBalancerAttributes"]
    return found


def _modify(aws: Account, target: Target, change: Mapping[str, Any]) -> None:
    """Attributes that the call does not name stay as they are (API_ModifyLoadBalancerAttributes, 2012-06-01)."""
    aws.client("elb").modify_load_balancer_attributes(
        LoadBalancerName=target.resource.name, LoadBalancerAttributes=change
    )


def _mode(now: Mapping[str, Any]) -> str:
    modes = [one["Value"] for one in now.get("AdditionalAttributes", ()) if one["Key"] == _DESYNC]
    return str(modes[0]) if modes else "defensive"


def _logs_are_in(now: Mapping[str, Any]) -> str:
    logs = now["AccessLog"]
    return f"access logs in {logs['S3BucketName']}" if logs["Enabled"] else "nowhere: it writes no access logs"


def _size(aws: Account, target: Target) -> str:
    answer = aws.client("elb").describe_load_balancers(LoadBalancerNames=[target.resource.name])
    one = answer["LoadBalancerDescriptions"][0]
    return f"{pluralize(len(one['AvailabilityZones']), 'zone')}, {pluralize(len(one['Instances']), 'instance')}"
