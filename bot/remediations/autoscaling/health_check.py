"""Auto Scaling groups: an instance that the load balancer calls sick is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize

_CHECKS: Final = "health checks"
_ELB: Final = "ELB"


class TrustLoadBalancerHealth(Remediation):
    """Add the load balancer's health checks to EC2's own; others (EBS, VPC Lattice) and the grace period stay.

    Auto Scaling replaces whatever the load balancer calls unhealthy from then on, so the card says how many those
    are now.
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
        """The kinds of checks beside EC2's own, which is always there."""
        group = _group(aws, target)
        if not group.get("LoadBalancerNames") and not group.get("TargetGroupARNs"):
            raise Refusal("the group has no load balancer, and the control is about groups with one only")
        return {_CHECKS: sorted(set(str(group["HealthCheckType"]).split(",")) - {"EC2"})}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The load balancer's too."""
        return {_CHECKS: sorted({*settings[_CHECKS], _ELB})}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """What the call does not name stays; without any other kind the word is EC2."""
        aws.client("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=_name(target), HealthCheckType=",".join(value) or "EC2"
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What would be replaced at once."""
        yield evidence_of("What is unhealthy now, and would be replaced?", lambda: _unhealthy(aws, target))
        yield evidence_of("How long is a new instance left in peace?", lambda: _grace(_group(aws, target)))


def _name(target: Target) -> str:
    """The group's name, which may have slashes: what follows `autoScalingGroupName/` in its ARN."""
    return target.resource.id.partition("autoScalingGroupName/")[2] or target.resource.id


def _group(aws: Account, target: Target) -> dict[str, Any]:
    answer = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[_name(target)])
    if not answer["AutoScalingGroups"] or answer["AutoScalingGroups"][0].get("Status"):
        raise ResourceGone(target.resource.id)
    group: dict[str, Any] = answer["AutoScalingGroups"][0]
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


def _grace(group: Mapping[str, Any]) -> str:
    return f"{group.get('HealthCheckGracePeriod', 0)} seconds"
