"""Load balancer health checks of Auto Scaling groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, name_after, pluralize

_CHECKS: Final = "health checks"
_ELB: Final = "ELB"


class TrustLoadBalancerHealth(Remediation):
    """Add the load balancer's health checks to those of EC2; others (EBS, VPC Lattice) and the grace period stay.

    Auto Scaling then replaces every instance that the load balancer reports as unhealthy, so evidence counts them.
    """

    title = "Replace what the load balancer calls unhealthy"
    problem = "Unhealthy instances are not replaced"
    controls = ("AutoScaling.1",)
    config_rules = ("AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED",)
    resource_type = "AWS::AutoScaling::AutoScalingGroup"
    effects = (Effect.RESTARTS,)
    reads = ("autoscaling:DescribeAutoScalingGroups", "elasticloadbalancing:DescribeTargetHealth")
    writes = ("autoscaling:UpdateAutoScalingGroup",)

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the health check types except EC2, which is always on. Raise Refusal without a load balancer."""
        group = _group(aws, target)
        if not group.get("LoadBalancerNames") and not group.get("TargetGroupARNs"):
            raise Refusal("the group has no load balancer, and the control is about groups with one only")
        return {_CHECKS: sorted(set(str(group["HealthCheckType"]).split(",")) - {"EC2"})}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {_CHECKS: sorted({*settings[_CHECKS], _ELB})}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        aws.client("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=_name(target), HealthCheckType=",".join(value) or "EC2"
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("What is unhealthy now, and would be replaced?", lambda: _unhealthy(aws, target))
        yield evidence_of("How long is a new instance left in peace?", lambda: _grace_period(_group(aws, target)))


def _name(target: Target) -> str:
    return name_after("autoScalingGroupName/", target)


def _group(aws: Account, target: Target) -> dict[str, Any]:
    """Return the group. Raise ResourceGone, also while it is being deleted: it has a status only then."""
    response = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[_name(target)])
    if not response["AutoScalingGroups"] or response["AutoScalingGroups"][0].get("Status"):
        raise ResourceGone(target.resource.id)
    group: dict[str, Any] = response["AutoScalingGroups"][0]
    return group


def _unhealthy(aws: Account, target: Target) -> str:
    group = _group(aws, target)
    elbv2 = aws.client("elbv2")
    states = [
        one["TargetHealth"]["State"]
        for arn in sorted(group.get("TargetGroupARNs", []))
        for one in elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    ]
    more = " (classic load balancers are not read)" if group.get("LoadBalancerNames") else ""
    return f"{pluralize(states.count('unhealthy'), 'target')} of {len(states)}{more}"


def _grace_period(group: Mapping[str, Any]) -> str:
    return f"{group.get('HealthCheckGracePeriod', 0)} seconds"
