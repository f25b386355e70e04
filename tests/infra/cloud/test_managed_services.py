"""Calls of ElastiCache, Athena, EMR and MSK that moto lacks or has otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from tests.infra.cloud.conftest import ACCOUNT


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return str(raised.value.response["Error"]["Code"])


@pytest.fixture
def elasticache(cloud: CustomerCloud) -> Any:
    return cloud.client("elasticache", ACCOUNT)


def make_cluster(elasticache: Any, **more: Any) -> None:
    elasticache.create_cache_cluster(
        CacheClusterId="one",
        Engine="redis",
        CacheNodeType="cache.t4g.micro",
        AutoMinorVersionUpgrade=False,
        **more,
    )


def make_group(elasticache: Any) -> None:
    elasticache.create_replication_group(ReplicationGroupId="group", ReplicationGroupDescription="-")
    make_cluster(elasticache, ReplicationGroupId="group")


def cluster(elasticache: Any) -> tuple[bool, int]:
    found = elasticache.describe_cache_clusters()["CacheClusters"][0]
    return found["AutoMinorVersionUpgrade"], found["SnapshotRetentionLimit"]


def test_a_cache_cluster_is_modified(elasticache: Any) -> None:
    make_cluster(elasticache)
    elasticache.modify_cache_cluster(CacheClusterId="one", AutoMinorVersionUpgrade=True)
    assert cluster(elasticache) == (True, 0)
    elasticache.modify_cache_cluster(CacheClusterId="one", SnapshotRetentionLimit=3)
    assert cluster(elasticache) == (True, 3)


def test_a_cache_cluster_that_there_is_not_is_refused(elasticache: Any) -> None:
    assert refusal(elasticache.modify_cache_cluster, CacheClusterId="none") == "CacheClusterNotFound"


def test_a_member_has_its_snapshots_and_upgrades_from_its_group(elasticache: Any) -> None:
    make_group(elasticache)
    code = refusal(elasticache.modify_cache_cluster, CacheClusterId="one", SnapshotRetentionLimit=3)
    assert code == "InvalidParameterCombination"
    elasticache.modify_replication_group(ReplicationGroupId="group", AutoMinorVersionUpgrade=True)
    elasticache.modify_replication_group(
        ReplicationGroupId="group", SnapshotRetentionLimit=3, SnapshottingClusterId="one"
    )
    assert cluster(elasticache) == (True, 3)


def test_a_group_needs_a_member_to_take_snapshots_of(elasticache: Any) -> None:
    make_group(elasticache)
    code = refusal(elasticache.modify_replication_group, ReplicationGroupId="group", SnapshotRetentionLimit=3)
    assert code == "InvalidParameterCombination"
    assert elasticache.describe_replication_groups()["ReplicationGroups"][0]["SnapshotRetentionLimit"] == 0


def test_a_work_group_is_updated_in_what_is_named_only(cloud: CustomerCloud) -> None:
    athena = cloud.client("athena", ACCOUNT)
    athena.create_work_group(Name="analysts", Configuration={"ResultConfiguration": {"OutputLocation": "s3://a/"}})
    athena.update_work_group(WorkGroup="analysts", ConfigurationUpdates={"PublishCloudWatchMetricsEnabled": True})
    found = athena.get_work_group(WorkGroup="analysts")["WorkGroup"]
    configuration = found["Configuration"]
    assert configuration["ResultConfiguration"]["OutputLocation"] == "s3://a/"
    assert (configuration["PublishCloudWatchMetricsEnabled"], found["State"]) == (True, "ENABLED")


def test_a_work_group_that_there_is_not_is_refused(cloud: CustomerCloud) -> None:
    athena = cloud.client("athena", ACCOUNT)
    for call in (athena.get_work_group, athena.update_work_group):
        assert refusal(call, WorkGroup="none") == "InvalidRequestException"


def test_emr_blocks_public_access_but_for_ssh_until_told_otherwise(cloud: CustomerCloud) -> None:
    emr = cloud.client("emr", ACCOUNT)
    assert emr.get_block_public_access_configuration()["BlockPublicAccessConfiguration"] == {
        "BlockPublicSecurityGroupRules": True,
        "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
    }


def test_emrs_block_is_turned_off(cloud: CustomerCloud) -> None:
    emr = cloud.client("emr", ACCOUNT)
    off = {"BlockPublicSecurityGroupRules": False, "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 80}]}
    emr.put_block_public_access_configuration(BlockPublicAccessConfiguration=off)
    assert emr.get_block_public_access_configuration()["BlockPublicAccessConfiguration"] == off


def test_brokers_are_made_private_and_an_old_version_is_refused(cloud: CustomerCloud) -> None:
    kafka = cloud.client("kafka", ACCOUNT)
    public, private = ({"PublicAccess": {"Type": kind}} for kind in ("SERVICE_PROVIDED_EIPS", "DISABLED"))
    brokers = {"InstanceType": "kafka.m7g.large", "ClientSubnets": ["subnet-1"], "ConnectivityInfo": public}
    provisioned = {"BrokerNodeGroupInfo": brokers, "KafkaVersion": "3.9.x", "NumberOfBrokerNodes": 3}
    arn = kafka.create_cluster_v2(ClusterName="events", Provisioned=provisioned)["ClusterArn"]
    assert ":cluster/events/" in arn
    version = kafka.describe_cluster_v2(ClusterArn=arn)["ClusterInfo"]["CurrentVersion"]
    wanted = {"ClusterArn": arn, "CurrentVersion": version, "ConnectivityInfo": private}
    kafka.update_connectivity(**wanted)
    after = kafka.describe_cluster_v2(ClusterArn=arn)["ClusterInfo"]["Provisioned"]["BrokerNodeGroupInfo"]
    assert after == {**brokers, "ConnectivityInfo": private}
    assert refusal(kafka.update_connectivity, **wanted) == "BadRequestException"


def test_a_broker_cluster_that_there_is_not_is_refused(cloud: CustomerCloud) -> None:
    kafka = cloud.client("kafka", ACCOUNT)
    arn = f"arn:aws:kafka:eu-west-1:{ACCOUNT}:cluster/none/0"
    assert refusal(kafka.describe_cluster_v2, ClusterArn=arn) == "NotFoundException"
