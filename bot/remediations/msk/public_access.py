"""Public access to MSK clusters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, pluralize
from bot.remediations.toolkit.toggle import Toggle


class CloseBrokers(Toggle):
    """Remove the public addresses of the brokers; the private ones stay.

    This takes up to an hour, during which the cluster stays available (Amazon MSK Developer Guide, "Turn on public
    access"). Undo requests public access again, which MSK grants only if its conditions are still met.
    """

    title = "Take the MSK cluster off the internet"
    problem = "Public MSK cluster"
    controls = ("MSK.4",)
    config_rules = ("MSK_CLUSTER_PUBLIC_ACCESS_DISABLED",)
    resource_type = "AWS::MSK::Cluster"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reversible = Reversible.PARTLY
    not_restored = "the brokers' public addresses: Undo gets others, under the same names"
    reads = ("ec2:DescribeRouteTables", "ec2:DescribeSubnets", "kafka:DescribeClusterV2")
    writes = ("kafka:UpdateConnectivity",)
    proved_on = "extended"
    deadline_seconds = 7200
    setting = "public access"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether the brokers are public. MSK returns the old value until an update has finished."""
        brokers = _cluster(aws, target)["Provisioned"]["BrokerNodeGroupInfo"]
        access = brokers.get("ConnectivityInfo", {}).get("PublicAccess", {})
        return bool(access.get("Type", "DISABLED") != "DISABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Update the version of the cluster that was read. Raise Busy during another update."""
        cluster = _cluster(aws, target)
        if cluster["State"] != "ACTIVE":
            raise Busy(f"MSK is at work on the cluster ({cluster['State']})", retry_after=60)
        access = "SERVICE_PROVIDED_EIPS" if on else "DISABLED"
        aws.client("kafka").update_connectivity(
            ClusterArn=target.resource.id,
            CurrentVersion=cluster["CurrentVersion"],
            ConnectivityInfo={"PublicAccess": {"Type": access}},
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("How many brokers?", lambda: _brokers(_cluster(aws, target)))
        yield Evidence("Who produces or consumes from outside the VPC?", "not known", known=False)


def _cluster(aws: Account, target: Target) -> dict[str, Any]:
    """Return the cluster. Raise ResourceGone, or Refusal if it is serverless or cannot be updated."""
    with gone_if("NotFoundException"):
        cluster: dict[str, Any] = aws.client("kafka").describe_cluster_v2(ClusterArn=target.resource.id)["ClusterInfo"]
    if cluster["State"] == "DELETING":
        raise ResourceGone("DELETING")
    if "Provisioned" not in cluster:
        raise Refusal("it is serverless, and has no public access")
    if cluster["State"] in {"CREATING", "FAILED"}:
        raise Refusal(f"MSK changes no cluster that is {cluster['State']}")
    return cluster


def _brokers(cluster: dict[str, Any]) -> str:
    return pluralize(int(cluster["Provisioned"]["NumberOfBrokerNodes"]), "broker")
