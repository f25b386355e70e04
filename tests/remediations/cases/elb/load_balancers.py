"""Application and classic load balancers: cases of them."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted

CLASSIC = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/old-shop"


class BalancerCase(Case):
    """A case of an application load balancer, whose idle timeout somebody else changes."""

    remediation: ClassVar[type[Remediation]]
    two_valued = True
    wrong: ClassVar[dict[str, str]]
    later: ClassVar[dict[str, str]] = {}
    params: ClassVar[dict[str, Any]] = {}

    def make(self) -> Target:
        subnets = [one["SubnetId"] for one in plain_client("ec2").describe_subnets()["Subnets"]][:2]
        made = plain_client("elbv2").create_load_balancer(Name="shop", Subnets=subnets, Tags=TAGS)
        self.arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
        self.set(self.wrong)
        return targeted(self.remediation, self.arn, params=self.params)

    def edit_beside(self, target: Target) -> None:
        self.set({"idle_timeout.timeout_seconds": "77"})

    def beside(self, target: Target) -> Any:
        found = plain_client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=self.arn)["Attributes"]
        return [one["Value"] for one in found if one["Key"] == "idle_timeout.timeout_seconds"]

    def edit_same(self, target: Target) -> None:
        self.set(self.later or self.wrong)

    def destroy(self, target: Target) -> None:
        self.set({"deletion_protection.enabled": "false"})
        plain_client("elbv2").delete_load_balancer(LoadBalancerArn=self.arn)

    def set(self, values: dict[str, str]) -> None:
        plain_client("elbv2").modify_load_balancer_attributes(
            LoadBalancerArn=self.arn, Attributes=[{"Key": key, "Value": value} for key, value in values.items()]
        )


class ClassicCase(Case):
    """A case of a classic load balancer, whose idle timeout somebody else changes."""

    remediation: ClassVar[type[Remediation]]
    two_valued = False
    wrong: ClassVar[dict[str, Any]]
    later: ClassVar[dict[str, Any]] = {}
    params: ClassVar[dict[str, Any]] = {}

    def make(self) -> Target:
        plain_client("elb").create_load_balancer(
            LoadBalancerName="old-shop",
            Listeners=[{"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80}],
            AvailabilityZones=["eu-west-1a"],
            Tags=TAGS,
        )
        self.set(self.wrong)
        return targeted(self.remediation, CLASSIC, params=self.params)

    def edit_beside(self, target: Target) -> None:
        self.set({"ConnectionSettings": {"IdleTimeout": 77}})

    def beside(self, target: Target) -> Any:
        answer = plain_client("elb").describe_load_balancer_attributes(LoadBalancerName="old-shop")
        return answer["LoadBalancerAttributes"]["ConnectionSettings"]

    def edit_same(self, target: Target) -> None:
        self.set(self.later or self.wrong)

    def destroy(self, target: Target) -> None:
        plain_client("elb").delete_load_balancer(LoadBalancerName="old-shop")

    def set(self, attributes: dict[str, Any]) -> None:
        plain_client("elb").modify_load_balancer_attributes(
            LoadBalancerName="old-shop", LoadBalancerAttributes=attributes
        )
