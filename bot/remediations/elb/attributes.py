"""Load balancers' attributes: what is dropped, logged, drained and protected; one attribute at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if

_READ: Final = "elasticloadbalancing:DescribeLoadBalancerAttributes"
_WRITE: Final = "elasticloadbalancing:ModifyLoadBalancerAttributes"
_LOGS: Final = "access logs"
_SAFE_MODES: Final = frozenset({"defensive", "strictest"})


class _Attribute(Remediation):
    """One attribute of an application, network or gateway load balancer, in ELB's own words (texts)."""

    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    reads = (_READ,)
    writes = (_WRITE,)
    setting: ClassVar[str]
    attribute: ClassVar[str]
    default: ClassVar[str]
    compliant_value: ClassVar[str]

    def read(self, target: Target, aws: Account) -> Settings:
        """Its value; an attribute that is not told is at its default."""
        return {self.setting: attributes(aws, target).get(self.attribute) or self.default}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The right value."""
        return {**settings, self.setting: self.compliant_value}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Attributes that the call does not name stay as they are (API_ModifyLoadBalancerAttributes)."""
        modify(aws, target, {self.attribute: str(value)})


class ProtectLoadBalancer(_Attribute):
    """Let ELB refuse to delete the load balancer."""

    title = "Protect the load balancer against deletion"
    problem = "Load balancer can be deleted by one call"
    controls = ("ELB.6",)
    config_rules = ("ELB_DELETION_PROTECTION_ENABLED",)
    setting = "deletion protection"
    attribute = "deletion_protection.enabled"
    default = "false"
    compliant_value = "true"


class DropInvalidHeaders(_Attribute):
    """Let an application load balancer drop headers whose names are not valid, instead of passing them on."""

    title = "Drop invalid HTTP headers"
    problem = "Invalid headers reach the servers"
    controls = ("ELB.4",)
    config_rules = ("ALB_HTTP_DROP_INVALID_HEADER_ENABLED",)
    effects = (Effect.CUTS_TRAFFIC,)
    setting = "drop invalid headers"
    attribute = "routing.http.drop_invalid_header_fields.enabled"
    default = "false"
    compliant_value = "true"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Names with an underscore or a dot are such headers: letters, digits and hyphens are valid."""
        yield evidence_of("Where could such headers be seen?", lambda: _logs_are_in(attributes(aws, target)))
        yield Evidence("Do clients send headers with _ or . in their names?", "not known", known=False)


class DefendAgainstDesync(_Attribute):
    """Let an application load balancer close or refuse requests that servers could read in two ways."""

    title = "Defend against HTTP desync"
    problem = "Ambiguous requests reach the servers"
    controls = ("ELB.12",)
    config_rules = ("ALB_DESYNC_MODE_CHECK",)
    effects = (Effect.CUTS_TRAFFIC,)
    setting = "desync mitigation"
    attribute = "routing.http.desync_mitigation_mode"
    default = "defensive"
    compliant_value = "defensive"

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """`strictest` stays."""
        return dict(settings) if settings[self.setting] in _SAFE_MODES else super().comply(settings, target, params)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Access logs have a field for the class of such requests."""
        yield evidence_of("Where could such requests be seen?", lambda: _logs_are_in(attributes(aws, target)))
        yield Evidence("Do clients send such requests?", "not known (access logs are not read)", known=False)


class LogAccess(Remediation):
    """Write access logs of an application load balancer to the policy's bucket; where they are on, they stay.

    Switch, bucket and folder are one setting: ELB tests the bucket when it is told to write there.
    """

    title = "Write access logs of the load balancer"
    problem = "Load balancer without access logs"
    controls = ("ELB.5",)
    config_rules = ("ELB_LOGGING_ENABLED",)
    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    effects = (Effect.COSTS_MONEY,)
    reads = (_READ,)
    writes = (_WRITE,)
    params: ClassVar[Mapping[str, Param]] = {
        "logBucket": Param("", "the bucket for access logs; none, no fix"),
        "logPrefix": Param("", "the folder in it"),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Where they go, or ABSENT."""
        now = attributes(aws, target)
        if now.get("access_logs.s3.enabled") != "true":
            return {_LOGS: ABSENT}
        bucket, prefix = now.get("access_logs.s3.bucket", ""), now.get("access_logs.s3.prefix", "")
        return {_LOGS: {"bucket": bucket, "prefix": prefix}}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """On. Raises Refusal where the policy names no bucket."""
        return {_LOGS: wanted_logs(settings[_LOGS], params)}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """To be off is one attribute: bucket and folder that are not used stay."""
        on = {"access_logs.s3.enabled": "false"}
        if value is not ABSENT:
            names = {"access_logs.s3.bucket": value["bucket"], "access_logs.s3.prefix": value["prefix"]}
            on = {"access_logs.s3.enabled": "true", **names}
        modify(aws, target, on)


def wanted_logs(now: Value, params: Mapping[str, Any]) -> Value:
    """Where access logs shall go. Raises Refusal where the policy names no bucket."""
    if now is not ABSENT:
        return now
    if not params["logBucket"]:
        raise Refusal("the policy names no bucket for access logs: set logBucket of ELB.5")
    return {"bucket": str(params["logBucket"]), "prefix": str(params["logPrefix"])}


def attributes(aws: Account, target: Target) -> dict[str, str]:
    """All attributes of the load balancer. Raises ResourceGone."""
    with gone_if("LoadBalancerNotFound"):
        answer = aws.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=target.resource.id)
    return {one["Key"]: one["Value"] for one in answer["Attributes"]}


def modify(aws: Account, target: Target, values: Mapping[str, str]) -> None:
    """Set some attributes."""
    aws.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=target.resource.id, Attributes=[{"Key": key, "Value": value} for key, value in values.items()]
    )


def _logs_are_in(now: Mapping[str, str]) -> str:
    on = now.get("access_logs.s3.enabled") == "true"
    return f"access logs in {now.get('access_logs.s3.bucket')}" if on else "nowhere: it writes no access logs"
