"""Cases of `bot.remediations.autoscaling.health_check`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.autoscaling.health_check import TrustLoadBalancerHealth
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AScalingGroupThatTrustsEc2Only(Case):
    remediation = TrustLoadBalancerHealth

    def make(self) -> Target:
        ec2, scaling = plain_client("ec2"), plain_client("autoscaling")
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        group = plain_client("elbv2").create_target_group(Name="shop", Protocol="HTTP", Port=80, VpcId=vpc)
        scaling.create_launch_configuration(
            LaunchConfigurationName="shop", ImageId="ami-12345678", InstanceType="t3.micro", UserData=PLANTED
        )
        scaling.create_auto_scaling_group(
            AutoScalingGroupName="shop",
            LaunchConfigurationName="shop",
            MinSize=0,
            MaxSize=1,
            VPCZoneIdentifier=subnet,
            TargetGroupARNs=[group["TargetGroups"][0]["TargetGroupArn"]],
        )
        return targeted(TrustLoadBalancerHealth, self.group()["AutoScalingGroupARN"])

    def edit_beside(self, target: Target) -> None:
        self.update(MaxSize=7)

    def beside(self, target: Target) -> Any:
        now = self.group()
        return now["MaxSize"], now["HealthCheckGracePeriod"]

    def edit_same(self, target: Target) -> None:
        self.update(HealthCheckType="EBS,ELB")

    def destroy(self, target: Target) -> None:
        plain_client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName="shop", ForceDelete=True)

    def group(self) -> dict[str, Any]:
        found: dict[str, Any] = plain_client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"][0]
        return found

    def update(self, **change: Any) -> None:
        plain_client("autoscaling").update_auto_scaling_group(AutoScalingGroupName="shop", **change)
