"""Attributes of application, network, gateway and classic load balancers: what their remediations share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.plan import Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import gone_if

_READ: Final = "elasticloadbalancing:DescribeLoadBalancerAttributes"
_WRITE: Final = "elasticloadbalancing:ModifyLoadBalancerAttributes"


class LoadBalancerRemediation(Remediation):
    """A remediation of attributes of an application, network or gateway load balancer."""

    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    reads = (_READ,)
    writes = (_WRITE,)


class AttributeRemediation(LoadBalancerRemediation):
    """A remediation of one attribute, whose value is a string."""

    setting: ClassVar[str]
    attribute: ClassVar[str]
    default: ClassVar[str]
    compliant_value: ClassVar[str]

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the attribute, or its default if ELB omits it."""
        return {self.setting: read_attributes(aws, target).get(self.attribute) or self.default}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, self.setting: self.compliant_value}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        modify_attributes(aws, target, {self.attribute: str(value)})


class ClassicRemediation(Remediation):
    """A remediation of attributes of a classic load balancer."""

    resource_type = "AWS::ElasticLoadBalancing::LoadBalancer"
    reads: ClassVar[tuple[str, ...]] = (_READ,)
    writes = (_WRITE,)
    proved_on = "extended"


def read_attributes(aws: Account, target: Target) -> dict[str, str]:
    """Return all attributes of the load balancer. Raise ResourceGone."""
    with gone_if("LoadBalancerNotFound"):
        response = aws.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=target.resource.id)
    return {one["Key"]: one["Value"] for one in response["Attributes"]}


def modify_attributes(aws: Account, target: Target, values: Mapping[str, str]) -> None:
    """Modify some attributes; others stay as they are (API_ModifyLoadBalancerAttributes)."""
    aws.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=target.resource.id, Attributes=[{"Key": key, "Value": value} for key, value in values.items()]
    )


def read_classic_attributes(aws: Account, target: Target) -> dict[str, Any]:
    """Return all attributes of the classic load balancer. Raise ResourceGone."""
    with gone_if("LoadBalancerNotFound", "AccessPointNotFound"):
        response = aws.client("elb").describe_load_balancer_attributes(LoadBalancerName=target.resource.name)
    attributes: dict[str, Any] = response["LoadBalancerAttributes"]
    return attributes


def modify_classic_attributes(aws: Account, target: Target, values: Mapping[str, Any]) -> None:
    """Modify some attributes; others stay as they are (API_ModifyLoadBalancerAttributes, 2012-06-01)."""
    aws.client("elb").modify_load_balancer_attributes(
        LoadBalancerName=target.resource.name, LoadBalancerAttributes=values
    )
