# ruff: noqa: ARG002 - a case knows its resource without the target
"""How distributions, API stages and scaling groups go wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.api_gateway.cache_encryption import EncryptCache
from bot.remediations.api_gateway.execution_logs import LogExecution
from bot.remediations.api_gateway.tracing import TraceStage
from bot.remediations.autoscaling.health_check import TrustLoadBalancerHealth
from bot.remediations.cloudfront.root_object import NameRootObject
from bot.remediations.cloudfront.tls import RaiseViewerTls, RedirectViewers
from tests.aws import REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


def distribution_config(origin: str = "site.s3.eu-west-1.amazonaws.com") -> dict[str, Any]:
    return {
        "CallerReference": "test",
        "Comment": PLANTED,
        "Enabled": True,
        "Origins": {
            "Quantity": 1,
            "Items": [{"Id": "site", "DomainName": origin, "S3OriginConfig": {"OriginAccessIdentity": ""}}],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "site",
            "ViewerProtocolPolicy": "allow-all",
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            "MinTTL": 0,
        },
    }


class ADistributionWithoutRootObject(Case):
    remediation: ClassVar[type[Remediation]] = NameRootObject

    def make(self) -> Target:
        cloudfront = plain_client("cloudfront")
        made = cloudfront.create_distribution(DistributionConfig=distribution_config())["Distribution"]
        self.id: str = made["Id"]
        return targeted(NameRootObject, made["ARN"])

    def edit_beside(self, target: Target) -> None:
        self.change(Comment="the shop")

    def beside(self, target: Target) -> Any:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)["DistributionConfig"]
        return now["Comment"], now["Enabled"]

    def edit_same(self, target: Target) -> None:
        self.change(DefaultRootObject="home.html")

    def destroy(self, target: Target) -> None:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)
        plain_client("cloudfront").delete_distribution(Id=self.id, IfMatch=now["ETag"])

    def change(self, **change: Any) -> None:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)
        plain_client("cloudfront").update_distribution(
            Id=self.id, IfMatch=now["ETag"], DistributionConfig={**now["DistributionConfig"], **change}
        )


class StageCase(Case):
    """A REST API's stage of which somebody else sets the variables."""

    remediation: ClassVar[type[Remediation]]
    two_valued = True
    wrong: ClassVar[dict[str, str]]
    later: ClassVar[dict[str, str]] = {}

    def make(self) -> Target:
        api = plain_client("apigateway")
        role = {"op": "replace", "path": "/cloudwatchRoleArn", "value": "arn:aws:iam::123456789012:role/api-logs"}
        api.update_account(patchOperations=[role])
        self.api: str = api.create_rest_api(name="payroll", description=PLANTED)["id"]
        root = api.get_resources(restApiId=self.api)["items"][0]["id"]
        method = {"restApiId": self.api, "resourceId": root, "httpMethod": "GET"}
        api.put_method(**method, authorizationType="NONE")
        api.put_integration(**method, type="MOCK")
        api.create_deployment(restApiId=self.api, stageName="prod")
        self.set(self.wrong)
        arn = f"arn:aws:apigateway:{REGION}::/restapis/{self.api}/stages/prod"
        return targeted(self.remediation, arn)

    def edit_beside(self, target: Target) -> None:
        self.set({"/variables/owner": "payroll", "/*/*/throttling/burstLimit": "77"})

    def beside(self, target: Target) -> Any:
        now = plain_client("apigateway").get_stage(restApiId=self.api, stageName="prod")
        return now["variables"], now["methodSettings"].get("*/*", {}).get("throttlingBurstLimit")

    def edit_same(self, target: Target) -> None:
        self.set(self.later or self.wrong)

    def destroy(self, target: Target) -> None:
        plain_client("apigateway").delete_stage(restApiId=self.api, stageName="prod")

    def set(self, values: dict[str, str]) -> None:
        plain_client("apigateway").update_stage(
            restApiId=self.api,
            stageName="prod",
            patchOperations=[{"op": "replace", "path": path, "value": value} for path, value in values.items()],
        )


class AStageWithoutLogs(StageCase):
    """Nothing is set for all methods; one is off under its own key."""

    remediation = LogExecution
    two_valued = False
    wrong: ClassVar = {"/~1/GET/logging/loglevel": "OFF"}
    later: ClassVar = {"/*/*/logging/loglevel": "INFO"}


class AStageWhoseCacheIsInTheClear(StageCase):
    """Of all methods, and of one."""

    remediation = EncryptCache
    wrong: ClassVar = {
        "/*/*/caching/enabled": "true",
        "/*/*/caching/dataEncrypted": "false",
        "/~1/GET/caching/enabled": "true",
        "/~1/GET/caching/dataEncrypted": "false",
    }


class AStageThatIsNotTraced(StageCase):
    remediation = TraceStage
    wrong: ClassVar = {"/tracingEnabled": "false"}


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


class ADistributionOverHttp(ADistributionWithoutRootObject):
    """Its default and one path serve both; another path takes HTTPS only, and goes on to."""

    remediation: ClassVar[type[Remediation]] = RedirectViewers
    certificate: ClassVar[dict[str, str]] = {}

    def make(self) -> Target:
        config = distribution_config()
        usual = config["DefaultCacheBehavior"]
        paths = [("/api/*", "allow-all"), ("/img/*", "https-only")]
        items = [{**usual, "PathPattern": path, "ViewerProtocolPolicy": policy} for path, policy in paths]
        config |= {"CacheBehaviors": {"Quantity": len(items), "Items": items}, "ViewerCertificate": self.certificate}
        made = plain_client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
        self.id: str = made["Id"]
        return targeted(self.remediation, made["ARN"])

    def edit_same(self, target: Target) -> None:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)["DistributionConfig"]
        self.change(DefaultCacheBehavior={**now["DefaultCacheBehavior"], "ViewerProtocolPolicy": "https-only"})


class ADistributionWithOldTls(ADistributionOverHttp):
    remediation = RaiseViewerTls
    certificate: ClassVar = {
        "ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1f2e",
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1",
    }

    def edit_same(self, target: Target) -> None:
        self.change(ViewerCertificate={**self.certificate, "MinimumProtocolVersion": "TLSv1.2_2019"})
