# ruff: noqa: ARG002 - a case knows its resource without the target
"""How load balancers' attributes are wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.elb.access_logs import LogAccess, LogClassicAccess
from bot.remediations.elb.connection_draining import DrainConnections
from bot.remediations.elb.cross_zone import BalanceAcrossZones
from bot.remediations.elb.deletion_protection import ProtectLoadBalancer
from bot.remediations.elb.desync import DefendAgainstDesync, DefendClassicAgainstDesync
from bot.remediations.elb.invalid_headers import DropInvalidHeaders
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted

CLASSIC = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/old-shop"


class BalancerCase(Case):
    """An application load balancer of which somebody else changes the idle timeout."""

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


class ABalancerThatOneCallDeletes(BalancerCase):
    remediation = ProtectLoadBalancer
    wrong: ClassVar = {"deletion_protection.enabled": "false"}


class ABalancerThatPassesInvalidHeaders(BalancerCase):
    remediation = DropInvalidHeaders
    wrong: ClassVar = {"routing.http.drop_invalid_header_fields.enabled": "false"}


class ABalancerThatOnlyMonitorsDesync(BalancerCase):
    remediation = DefendAgainstDesync
    two_valued = False
    wrong: ClassVar = {"routing.http.desync_mitigation_mode": "monitor"}
    later: ClassVar = {"routing.http.desync_mitigation_mode": "strictest"}


class ABalancerWithoutAccessLogs(BalancerCase):
    remediation = LogAccess
    two_valued = False
    wrong: ClassVar = {"access_logs.s3.enabled": "false"}
    later: ClassVar = {"access_logs.s3.bucket": "another-bucket"}
    params: ClassVar = {"logBucket": "access-logs", "logPrefix": "shop"}


class ClassicCase(Case):
    """A classic load balancer of which somebody else changes the idle timeout."""

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


class AClassicBalancerThatDrainsNothing(ClassicCase):
    remediation = DrainConnections
    wrong: ClassVar = {"ConnectionDraining": {"Enabled": False}}
    later: ClassVar = {"ConnectionDraining": {"Enabled": True, "Timeout": 20}}


class AClassicBalancerOfOneZone(ClassicCase):
    remediation = BalanceAcrossZones
    two_valued = True
    wrong: ClassVar = {"CrossZoneLoadBalancing": {"Enabled": False}}


class AClassicBalancerThatOnlyMonitorsDesync(ClassicCase):
    remediation = DefendClassicAgainstDesync
    wrong: ClassVar = {"AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "monitor"}]}
    later: ClassVar = {"AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "strictest"}]}


class AClassicBalancerWithoutAccessLogs(ClassicCase):
    remediation = LogClassicAccess
    wrong: ClassVar = {"AccessLog": {"Enabled": False}}
    later: ClassVar = {"AccessLog": {"Enabled": True, "S3BucketName": "another-bucket"}}
    params: ClassVar = {"logBucket": "access-logs"}
