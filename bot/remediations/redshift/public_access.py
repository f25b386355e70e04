"""Make Redshift clusters private."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.redshift.clusters import ClusterToggle, describe_answer, describe_cluster
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, response_date
from bot.remediations.toolkit.database_use import peak_connections, sources_on_the_internet


class MakeClusterPrivate(ClusterToggle):
    """Make the cluster's DNS name resolve to a private address."""

    title = "Take the Redshift cluster off the internet"
    problem = "Public Redshift cluster"
    controls = ("Redshift.1",)
    config_rules = ("REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK",)
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reversible = Reversible.PARTLY
    not_restored = "the public address itself, unless the cluster has an Elastic IP: Undo gets another one"
    reads = ("cloudwatch:GetMetricData", "ec2:DescribeSecurityGroupRules", "redshift:DescribeClusters")
    deadline_seconds = 3600
    setting = "publicly accessible"
    compliant_value = False
    flag = "PubliclyAccessible"

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "Who on the internet is let in by its security groups?",
            lambda: sources_on_the_internet(aws, describe_cluster(aws, target)),
        )
        yield evidence_of(f"Was it used in {METRIC_DAYS} days?", lambda: _connections(aws, target))
        yield evidence_of("Has it an Elastic IP?", lambda: _elastic_ip(aws, target))
        yield Evidence("Does anybody connect from outside the VPC?", "not known", known=False)


def _elastic_ip(aws: Account, target: Target) -> str:
    address = describe_cluster(aws, target).get("ElasticIpStatus", {}).get("ElasticIp")
    return f"yes, {address}" if address else "no: the address goes for good"


def _connections(aws: Account, target: Target) -> str:
    end = response_date(describe_answer(aws, target))
    return peak_connections(aws, "AWS/Redshift", ("ClusterIdentifier", target.resource.name), end)
