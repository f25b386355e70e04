"""MSK: UpdateConnectivity, the error for an unknown cluster, and ARNs with the cluster's name."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.kafka.exceptions import BadRequestException, NotFoundException
from moto.kafka.models import FakeKafkaCluster, KafkaBackend
from moto.kafka.responses import KafkaResponse

from infra.local.moto_extensions.patching import replace

_describe_cluster_v2 = KafkaBackend.describe_cluster_v2
_generate_arn = FakeKafkaCluster._generate_arn  # noqa: SLF001 - moto's own form


def describe_cluster_v2(self: KafkaBackend, cluster_arn: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/MSK/2.0/APIReference/v2-clusters-clusterarn.html: 404 for an unknown cluster.

    A cluster of moto stays CREATING; this one is ACTIVE on the first read.
    """
    cluster = _cluster(self, cluster_arn)
    cluster.state = "ACTIVE" if cluster.state == "CREATING" else cluster.state
    return _describe_cluster_v2(self, cluster_arn)


def generate_arn(self: FakeKafkaCluster) -> str:
    """Return an ARN with `cluster/NAME/UUID`, as IAM policies name it; moto leaves out the name.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmanagedstreamingforapachekafka.html
    """
    kind, _, unique = _generate_arn(self).rpartition("/")
    return f"{kind}/{self.cluster_name}/{unique}"


def update_connectivity(self: KafkaResponse) -> str:
    """Change the public access and issue a new version; refuse an outdated one.

    https://docs.aws.amazon.com/msk/1.0/apireference/clusters-clusterarn-connectivity.html
    """
    arn = unquote(self.parsed_url.path.partition("/clusters/")[2]).removesuffix("/connectivity")
    cluster = _cluster(self.kafka_backend, arn)
    if self._get_param("currentVersion") != cluster.current_version:
        raise BadRequestException("The current version is not the one that you named")
    brokers: dict[str, Any] = cluster.broker_node_group_info or {}
    cluster.broker_node_group_info = {**brokers, "connectivityInfo": self._get_param("connectivityInfo")}
    cluster.current_version = f"{float(cluster.current_version) + 1}"
    return json.dumps({"clusterArn": arn, "clusterOperationArn": f"{arn}/operation/connectivity"})


def _cluster(backend: KafkaBackend, arn: str) -> FakeKafkaCluster:
    if arn not in backend.clusters:
        raise NotFoundException("The requested resource doesn't exist")
    return backend.clusters[arn]


def install() -> None:
    replace(FakeKafkaCluster, _generate_arn=generate_arn)
    replace(KafkaBackend, describe_cluster_v2=describe_cluster_v2)
    replace(KafkaResponse, update_connectivity=update_connectivity)
