# ruff: noqa: ARG002 - a case knows its resource without the target
"""Tasks, warehouses, interfaces, streams and Regions that are open, or not encrypted."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.ec2.block_public_access import BlockInternetGateways
from bot.remediations.ec2.source_dest_check import CheckSourceAndDestination
from bot.remediations.ecs.services import KeepTasksPrivate, MeasureContainers
from bot.remediations.firehose.encryption import EncryptDelivery
from bot.remediations.kinesis.encryption import EncryptStream
from bot.remediations.kinesis.retention import KeepRecords
from bot.remediations.redshift.serverless import (
    LogNamespace,
    MakeWorkgroupPrivate,
    RequireTlsOfWorkgroup,
    RouteWithinVpc,
)
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.managed_services import a_group
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class AServiceWithPublicTasks(Case):
    """Somebody else scales it."""

    remediation = KeepTasksPrivate
    two_valued = True

    def make(self) -> Target:
        ecs = plain_client("ecs")
        ecs.create_cluster(clusterName="shop", tags=[{"key": "password", "value": PLANTED}])
        secret = [{"name": "password", "value": PLANTED}]
        containers = [{"name": "web", "image": "web", "memory": 128, "environment": secret}]
        ecs.register_task_definition(family="web", networkMode="awsvpc", containerDefinitions=containers)
        made = ecs.create_service(
            cluster="shop",
            serviceName="web",
            taskDefinition="web",
            desiredCount=1,
            networkConfiguration=self.network("ENABLED"),
        )
        return targeted(KeepTasksPrivate, made["service"]["serviceArn"])

    def network(self, public: str) -> dict[str, Any]:
        subnets = [one["SubnetId"] for one in plain_client("ec2").describe_subnets()["Subnets"]][:2]
        groups = [one["GroupId"] for one in plain_client("ec2").describe_security_groups()["SecurityGroups"]]
        return {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": groups, "assignPublicIp": public}}

    def edit_beside(self, target: Target) -> None:
        plain_client("ecs").update_service(cluster="shop", service="web", desiredCount=3)

    def beside(self, target: Target) -> Any:
        found = plain_client("ecs").describe_services(cluster="shop", services=["web"])["services"][0]
        network = found["networkConfiguration"]["awsvpcConfiguration"]
        return found["desiredCount"], sorted(network["subnets"]), network["securityGroups"]

    def edit_same(self, target: Target) -> None:
        plain_client("ecs").update_service(cluster="shop", service="web", networkConfiguration=self.network("ENABLED"))

    def destroy(self, target: Target) -> None:
        plain_client("ecs").delete_service(cluster="shop", service="web", force=True)


class AClusterThatNobodyMeasures(Case):
    remediation = MeasureContainers
    two_valued = True

    def make(self) -> Target:
        made = plain_client("ecs").create_cluster(clusterName="shop", tags=[{"key": "password", "value": PLANTED}])
        return targeted(MeasureContainers, made["cluster"]["clusterArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ecs").tag_resource(resourceArn=target.resource.id, tags=[{"key": "theirs", "value": "web"}])

    def beside(self, target: Target) -> Any:
        tags = plain_client("ecs").list_tags_for_resource(resourceArn=target.resource.id)["tags"]
        return sorted(one["key"] for one in tags)

    def edit_same(self, target: Target) -> None:
        off = [{"name": "containerInsights", "value": "disabled"}]
        plain_client("ecs").update_cluster(cluster="shop", settings=off)

    def destroy(self, target: Target) -> None:
        plain_client("ecs").delete_cluster(cluster="shop")


class AWorkgroupAroundTheVpc(Case):
    remediation: ClassVar[type[Remediation]] = RouteWithinVpc
    two_valued = True
    wrong: ClassVar[dict[str, Any]] = {"enhancedVpcRouting": False}

    def make(self) -> Target:
        serverless = plain_client("redshift-serverless")
        serverless.create_namespace(namespaceName="sales")
        made = serverless.create_workgroup(
            workgroupName="reports", namespaceName="sales", securityGroupIds=[a_group()], **self.wrong
        )
        return targeted(self.remediation, made["workgroup"]["workgroupArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("redshift-serverless").update_workgroup(workgroupName="reports", maxCapacity=64)

    def beside(self, target: Target) -> Any:
        found = plain_client("redshift-serverless").get_workgroup(workgroupName="reports")["workgroup"]
        return found.get("maxCapacity")

    def edit_same(self, target: Target) -> None:
        plain_client("redshift-serverless").update_workgroup(workgroupName="reports", **self.wrong)

    def destroy(self, target: Target) -> None:
        plain_client("redshift-serverless").delete_workgroup(workgroupName="reports")


class APublicWorkgroup(AWorkgroupAroundTheVpc):
    remediation = MakeWorkgroupPrivate
    wrong: ClassVar[dict[str, Any]] = {"publiclyAccessible": True}


class AWorkgroupWithoutTls(AWorkgroupAroundTheVpc):
    """It has another parameter, which stays."""

    remediation = RequireTlsOfWorkgroup
    wrong: ClassVar[dict[str, Any]] = {
        "configParameters": [
            {"parameterKey": "max_query_execution_time", "parameterValue": "14400"},
            {"parameterKey": "require_ssl", "parameterValue": "false"},
        ]
    }

    def beside(self, target: Target) -> Any:
        found = plain_client("redshift-serverless").get_workgroup(workgroupName="reports")["workgroup"]
        return found.get("maxCapacity"), found["configParameters"][0]


class ANamespaceWithoutLogs(Case):
    """One kind is sent already."""

    remediation = LogNamespace
    two_valued = True

    def make(self) -> Target:
        made = plain_client("redshift-serverless").create_namespace(namespaceName="sales", logExports=["userlog"])
        return targeted(LogNamespace, made["namespace"]["namespaceArn"])

    def edit_beside(self, target: Target) -> None:
        serverless = plain_client("redshift-serverless")
        now = serverless.get_namespace(namespaceName="sales")["namespace"]["logExports"]
        serverless.update_namespace(namespaceName="sales", logExports=[*now, "useractivitylog"])

    def beside(self, target: Target) -> Any:
        now = plain_client("redshift-serverless").get_namespace(namespaceName="sales")["namespace"]["logExports"]
        return [one for one in now if one == "useractivitylog"]

    def edit_same(self, target: Target) -> None:
        plain_client("redshift-serverless").update_namespace(namespaceName="sales", logExports=["userlog"])

    def destroy(self, target: Target) -> None:
        plain_client("redshift-serverless").delete_namespace(namespaceName="sales")


class AnInterfaceThatForwards(Case):
    remediation = CheckSourceAndDestination
    two_valued = True

    def make(self) -> Target:
        ec2 = plain_client("ec2")
        subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        made = ec2.create_network_interface(SubnetId=subnet, Description=PLANTED)["NetworkInterface"]
        target = targeted(CheckSourceAndDestination, made["NetworkInterfaceId"])
        self.edit_same(target)
        return target

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("ec2").create_tags(Resources=[target.resource.name], Tags=tags)

    def beside(self, target: Target) -> Any:
        filters = [{"Name": "resource-id", "Values": [target.resource.name]}]
        return [one["Key"] for one in plain_client("ec2").describe_tags(Filters=filters)["Tags"]]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=target.resource.name, SourceDestCheck={"Value": False}
        )

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_network_interface(NetworkInterfaceId=target.resource.name)


class ARegionWithOpenGateways(Case):
    remediation = BlockInternetGateways

    def make(self) -> Target:
        plain_client("ec2").create_security_group(GroupName="web", Description=PLANTED)
        return targeted(BlockInternetGateways, f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-block-public-access-options")

    def edit_beside(self, target: Target) -> None:
        plain_client("ec2").create_vpc_block_public_access_exclusion(
            VpcId="vpc-0aa1", InternetGatewayExclusionMode="allow-egress"
        )

    def beside(self, target: Target) -> Any:
        return plain_client("ec2").describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")

    def destroy(self, target: Target) -> None:
        raise Indestructible


class AStreamInPlainText(Case):
    remediation: ClassVar[type[Remediation]] = EncryptStream

    def make(self) -> Target:
        kinesis = plain_client("kinesis")
        kinesis.create_stream(StreamName="clicks", ShardCount=1)
        kinesis.add_tags_to_stream(StreamName="clicks", Tags={"password": PLANTED})
        return targeted(self.remediation, "clicks")

    def edit_beside(self, target: Target) -> None:
        plain_client("kinesis").add_tags_to_stream(StreamName="clicks", Tags={"theirs": "web"})

    def beside(self, target: Target) -> Any:
        return sorted(one["Key"] for one in plain_client("kinesis").list_tags_for_stream(StreamName="clicks")["Tags"])

    def edit_same(self, target: Target) -> None:
        plain_client("kinesis").start_stream_encryption(StreamName="clicks", EncryptionType="KMS", KeyId="alias/theirs")

    def destroy(self, target: Target) -> None:
        plain_client("kinesis").delete_stream(StreamName="clicks")


class AStreamThatForgets(AStreamInPlainText):
    remediation = KeepRecords

    def edit_same(self, target: Target) -> None:
        plain_client("kinesis").increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=400)


class ADeliveryInPlainText(Case):
    remediation = EncryptDelivery
    two_valued = True
    arn = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/clicks"

    def make(self) -> Target:
        to = {"RoleARN": f"arn:aws:iam::{ACCOUNT}:role/firehose", "BucketARN": "arn:aws:s3:::acme-clicks"}
        tags = [{"Key": "password", "Value": PLANTED}]
        plain_client("firehose").create_delivery_stream(
            DeliveryStreamName="clicks", ExtendedS3DestinationConfiguration=to, Tags=tags
        )
        return targeted(EncryptDelivery, self.arn)

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("firehose").tag_delivery_stream(DeliveryStreamName="clicks", Tags=tags)

    def beside(self, target: Target) -> Any:
        tags = plain_client("firehose").list_tags_for_delivery_stream(DeliveryStreamName="clicks")["Tags"]
        return sorted(one["Key"] for one in tags)

    def edit_same(self, target: Target) -> None:
        plain_client("firehose").stop_delivery_stream_encryption(DeliveryStreamName="clicks")

    def destroy(self, target: Target) -> None:
        plain_client("firehose").delete_delivery_stream(DeliveryStreamName="clicks")
