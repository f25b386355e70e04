# ruff: noqa: ARG002 - a case knows its resource without the target
"""Caches, warehouses, queries and brokers with one setting that is wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.athena.analytics import BlockPublicEmr, CloseBrokers, MeasureWorkGroup
from bot.remediations.elasticache.settings import FailOverCache, KeepCacheSnapshots, UpgradeCacheMinorVersions
from bot.remediations.redshift.backups import KeepClusterSnapshots
from bot.remediations.redshift.logging import LogClusterAudits
from bot.remediations.redshift.public_access import MakeClusterPrivate
from bot.remediations.redshift.upgrades import UpgradeMajorVersions
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted


class ACacheWithoutSnapshots(Case):
    """A node on its own."""

    remediation: ClassVar[type[Remediation]] = KeepCacheSnapshots
    arn = f"arn:aws:elasticache:{REGION}:{ACCOUNT}:cluster:sessions"
    group: ClassVar[dict[str, str]] = {}

    def make(self) -> Target:
        plain_client("elasticache").create_cache_cluster(
            CacheClusterId="sessions",
            Engine="redis",
            CacheNodeType="cache.t4g.micro",
            AutoMinorVersionUpgrade=False,
            Tags=TAGS,
            **self.group,
        )
        return targeted(self.remediation, self.arn)

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("elasticache").add_tags_to_resource(ResourceName=self.arn, Tags=tags)

    def beside(self, target: Target) -> Any:
        tags = plain_client("elasticache").list_tags_for_resource(ResourceName=self.arn)["TagList"]
        return sorted(one["Key"] for one in tags)

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_cache_cluster(CacheClusterId="sessions", SnapshotRetentionLimit=30)

    def destroy(self, target: Target) -> None:
        plain_client("elasticache").delete_cache_cluster(CacheClusterId="sessions")


class AMemberOfAGroupWithoutSnapshots(ACacheWithoutSnapshots):
    """Its group decides."""

    group: ClassVar[dict[str, str]] = {"ReplicationGroupId": "carts"}

    def make(self) -> Target:
        make_group()
        return super().make()

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(ReplicationGroupId="carts", SnapshotRetentionLimit=30)


class ACacheThatIsNotUpgraded(ACacheWithoutSnapshots):
    remediation = UpgradeCacheMinorVersions
    two_valued = True

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_cache_cluster(CacheClusterId="sessions", AutoMinorVersionUpgrade=False)


class AMemberOfAGroupThatIsNotUpgraded(AMemberOfAGroupWithoutSnapshots):
    remediation = UpgradeCacheMinorVersions
    two_valued = True

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(ReplicationGroupId="carts", AutoMinorVersionUpgrade=False)


def make_group() -> str:
    """A primary and a replica, and their group's ARN."""
    made = plain_client("elasticache").create_replication_group(
        ReplicationGroupId="carts",
        ReplicationGroupDescription=PLANTED,
        NumCacheClusters=2,
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=False,
        Tags=TAGS,
    )
    return str(made["ReplicationGroup"]["ARN"])


class AGroupWithoutFailover(Case):
    remediation = FailOverCache
    two_valued = True

    def make(self) -> Target:
        return targeted(FailOverCache, make_group())

    def edit_beside(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(
            ReplicationGroupId="carts", ReplicationGroupDescription="theirs"
        )

    def beside(self, target: Target) -> Any:
        return plain_client("elasticache").describe_replication_groups()["ReplicationGroups"][0]["Description"]

    def edit_same(self, target: Target) -> None:
        plain_client("elasticache").modify_replication_group(ReplicationGroupId="carts", AutomaticFailoverEnabled=False)

    def destroy(self, target: Target) -> None:
        plain_client("elasticache").delete_replication_group(ReplicationGroupId="carts")


def a_group() -> str:
    """A security group that lets the world in."""
    made = plain_client("ec2").create_security_group(GroupName="analysts", Description=PLANTED)
    plain_client("ec2").authorize_security_group_ingress(
        GroupId=made["GroupId"], IpProtocol="tcp", FromPort=5439, ToPort=5439, CidrIp="0.0.0.0/0"
    )
    return str(made["GroupId"])


class APublicWarehouse(Case):
    remediation: ClassVar[type[Remediation]] = MakeClusterPrivate
    two_valued = True

    def make(self) -> Target:
        plain_client("redshift").create_cluster(
            ClusterIdentifier="sales",
            NodeType="ra3.large",
            MasterUsername="admin",
            MasterUserPassword=f"{PLANTED}A1",
            PubliclyAccessible=True,
            AllowVersionUpgrade=False,
            AutomatedSnapshotRetentionPeriod=1,
            VpcSecurityGroupIds=[a_group()],
            Tags=TAGS,
        )
        return targeted(self.remediation, "sales", params=self.params())

    def params(self) -> dict[str, Any]:
        return {}

    def edit_beside(self, target: Target) -> None:
        self.change(PreferredMaintenanceWindow="Sun:03:00-Sun:03:30")

    def beside(self, target: Target) -> Any:
        return plain_client("redshift").describe_clusters()["Clusters"][0]["PreferredMaintenanceWindow"]

    def edit_same(self, target: Target) -> None:
        self.change(PubliclyAccessible=True)

    def destroy(self, target: Target) -> None:
        plain_client("redshift").delete_cluster(ClusterIdentifier="sales", SkipFinalClusterSnapshot=True)

    def change(self, **change: Any) -> None:
        plain_client("redshift").modify_cluster(ClusterIdentifier="sales", **change)


class AWarehouseThatIsNotUpgraded(APublicWarehouse):
    remediation = UpgradeMajorVersions

    def edit_same(self, target: Target) -> None:
        self.change(AllowVersionUpgrade=False)


class AWarehouseWithSnapshotsOfADay(APublicWarehouse):
    remediation = KeepClusterSnapshots
    two_valued = False

    def edit_same(self, target: Target) -> None:
        self.change(AutomatedSnapshotRetentionPeriod=30)


class AWarehouseWithoutAuditLogs(APublicWarehouse):
    remediation = LogClusterAudits
    two_valued = False

    def edit_same(self, target: Target) -> None:
        plain_client("redshift").enable_logging(ClusterIdentifier="sales", BucketName="theirs", S3KeyPrefix="x/")


class AWarehouseWhoseLogsHaveABucket(AWarehouseWithoutAuditLogs):
    def params(self) -> dict[str, Any]:
        return {"log_bucket": "audit-{account}"}


class AWorkGroupWithoutFigures(Case):
    remediation = MeasureWorkGroup
    two_valued = True

    def make(self) -> Target:
        result = {"OutputLocation": "s3://acme-queries/"}
        plain_client("athena").create_work_group(
            Name="analysts", Description=PLANTED, Configuration={"ResultConfiguration": result}, Tags=TAGS
        )
        return targeted(MeasureWorkGroup, "analysts")

    def edit_beside(self, target: Target) -> None:
        plain_client("athena").update_work_group(
            WorkGroup="analysts", ConfigurationUpdates={"BytesScannedCutoffPerQuery": 10_000_000}
        )

    def beside(self, target: Target) -> Any:
        found = plain_client("athena").get_work_group(WorkGroup="analysts")["WorkGroup"]["Configuration"]
        return found["ResultConfiguration"], found.get("BytesScannedCutoffPerQuery")

    def edit_same(self, target: Target) -> None:
        plain_client("athena").update_work_group(
            WorkGroup="analysts", ConfigurationUpdates={"PublishCloudWatchMetricsEnabled": False}
        )

    def destroy(self, target: Target) -> None:
        plain_client("athena").delete_work_group(WorkGroup="analysts")


class AnAccountWhoseEmrMayBePublic(Case):
    remediation = BlockPublicEmr

    def make(self) -> Target:
        self.put((80, 81), (20, 25), on=False)
        return targeted(BlockPublicEmr, ACCOUNT)

    def put(self, *ports: tuple[int, int], on: bool) -> None:
        ranges = [{"MinRange": low, "MaxRange": high} for low, high in ports]
        plain_client("emr").put_block_public_access_configuration(
            BlockPublicAccessConfiguration={
                "BlockPublicSecurityGroupRules": on,
                "PermittedPublicSecurityGroupRuleRanges": ranges,
            }
        )

    def edit_beside(self, target: Target) -> None:
        plain_client("emr").create_security_configuration(Name="theirs", SecurityConfiguration="{}")

    def beside(self, target: Target) -> Any:
        return plain_client("emr").describe_security_configuration(Name="theirs")["SecurityConfiguration"]

    def edit_same(self, target: Target) -> None:
        self.put((443, 443), on=True)

    def destroy(self, target: Target) -> None:
        raise Indestructible


class APublicBrokerCluster(Case):
    remediation = CloseBrokers
    two_valued = True

    def make(self) -> Target:
        public = {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}
        brokers = {"InstanceType": "kafka.m7g.large", "ClientSubnets": ["subnet-1"], "ConnectivityInfo": public}
        made = plain_client("kafka").create_cluster_v2(
            ClusterName="events",
            Tags={"password": PLANTED},
            Provisioned={"BrokerNodeGroupInfo": brokers, "KafkaVersion": "3.9.x", "NumberOfBrokerNodes": 3},
        )
        return targeted(CloseBrokers, made["ClusterArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("kafka").tag_resource(ResourceArn=target.resource.id, Tags={"theirs": "web"})

    def beside(self, target: Target) -> Any:
        return plain_client("kafka").list_tags_for_resource(ResourceArn=target.resource.id)["Tags"]

    def edit_same(self, target: Target) -> None:
        kafka, arn = plain_client("kafka"), target.resource.id
        version = kafka.describe_cluster_v2(ClusterArn=arn)["ClusterInfo"]["CurrentVersion"]
        public = {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}
        kafka.update_connectivity(ClusterArn=arn, CurrentVersion=version, ConnectivityInfo=public)

    def destroy(self, target: Target) -> None:
        plain_client("kafka").delete_cluster(ClusterArn=target.resource.id)
