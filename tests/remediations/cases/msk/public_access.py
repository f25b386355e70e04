"""Cases of `bot.remediations.msk.public_access`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.msk.public_access import CloseBrokers
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


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
