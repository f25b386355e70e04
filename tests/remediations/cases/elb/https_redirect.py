"""Cases of `bot.remediations.elb.https_redirect`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.elb.https_redirect import RedirectToHttps
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class ALoadBalancerThatServesPlainHttp(Case):
    """A load balancer with HTTPS and two HTTP listeners, one of them with another rule."""

    remediation = RedirectToHttps

    def make(self) -> Target:
        ec2, elb = plain_client("ec2"), plain_client("elbv2")
        subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
        tags = [{"Key": "password", "Value": PLANTED}]
        made = elb.create_load_balancer(
            Name="shop", Subnets=subnets[:2], SecurityGroups=[self.security_group()], Tags=tags
        )
        arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
        group = self.group("shop")
        certificate = plain_client("acm").request_certificate(DomainName="shop.example")["CertificateArn"]
        for port in (80, 8080):
            elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=self.to(group))
        elb.create_listener(
            LoadBalancerArn=arn,
            Protocol="HTTPS",
            Port=443,
            Certificates=[{"CertificateArn": certificate}],
            DefaultActions=self.to(group),
        )
        return targeted(RedirectToHttps, arn)

    def edit_beside(self, target: Target) -> None:
        path = [{"Field": "path-pattern", "Values": ["/.well-known/acme-challenge/*"]}]
        plain_client("elbv2").create_rule(
            ListenerArn=self.listener(target, 80), Conditions=path, Priority=1, Actions=self.to(self.group("acme"))
        )

    def beside(self, target: Target) -> Any:
        rules = plain_client("elbv2").describe_rules(ListenerArn=self.listener(target, 80))["Rules"]
        return [(one["Conditions"], one["Actions"]) for one in rules if not one["IsDefault"]]

    def edit_same(self, target: Target) -> None:
        plain_client("elbv2").modify_listener(
            ListenerArn=self.listener(target, 8080), DefaultActions=self.to(self.group("other"))
        )

    def destroy(self, target: Target) -> None:
        plain_client("elbv2").delete_load_balancer(LoadBalancerArn=target.resource.id)

    def security_group(self) -> str:
        """Create a security group that allows 80 and 443 from anywhere."""
        ec2 = plain_client("ec2")
        group: str = ec2.create_security_group(GroupName="web", Description=PLANTED)["GroupId"]
        for port in (80, 443):
            ec2.authorize_security_group_ingress(
                GroupId=group, IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp="0.0.0.0/0"
            )
        return group

    def group(self, name: str) -> str:
        vpc = plain_client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        made = plain_client("elbv2").create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc)
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def to(self, group: str) -> list[dict[str, Any]]:
        return [{"Type": "forward", "TargetGroupArn": group}]

    def listener(self, target: Target, port: int) -> str:
        found = plain_client("elbv2").describe_listeners(LoadBalancerArn=target.resource.id)["Listeners"]
        return next(str(one["ListenerArn"]) for one in found if one["Port"] == port)
