"""Athena, EMR and MSK: measured, and not reachable from the internet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.domain.canonical import Value
from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if
from bot.remediations.toolkit.toggle import Toggle

_BLOCK: Final = "block public access"
_SSH: Final = 22


class MeasureWorkGroup(Toggle):
    """Let the work group publish figures of its queries to CloudWatch."""

    title = "Publish the work group's figures"
    problem = "Athena work group without figures"
    controls = ("Athena.4",)
    config_rules = ("ATHENA_WORKGROUP_LOGGING_ENABLED",)
    resource_type = "AWS::Athena::WorkGroup"
    reads = ("athena:GetWorkGroup",)
    writes = ("athena:UpdateWorkGroup",)
    proved_on = "extended"
    setting = "query metrics"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises ResourceGone where Athena's words say that there is no such group: it has one error for everything."""
        try:
            answer = aws.client("athena").get_work_group(WorkGroup=target.resource.name)
        except ClientError as error:
            if "not found" in error.response.get("Error", {}).get("Message", ""):
                raise ResourceGone(target.resource.name) from error
            raise
        return bool(answer["WorkGroup"].get("Configuration", {}).get("PublishCloudWatchMetricsEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Only this flag of the configuration."""
        aws.client("athena").update_work_group(
            WorkGroup=target.resource.name, ConfigurationUpdates={"PublishCloudWatchMetricsEnabled": on}
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The group's ARN, also where AWS Config names it by its name."""
        where = target.resource
        return (f"arn:{where.partition}:athena:{where.region}:{where.account}:workgroup/{where.name}",)


class BlockPublicEmr(Remediation):
    """Let EMR start no cluster whose security groups are open to the world, but for SSH where that is allowed now.

    The switch and the ports that are excepted are one value, because EMR replaces them together (API_PutBlockPublic-
    AccessConfiguration). Clusters that run go on.
    """

    title = "Block public access to EMR clusters"
    problem = "EMR clusters may be public"
    controls = ("EMR.2",)
    config_rules = ("EMR_BLOCK_PUBLIC_ACCESS",)
    resource_type = "AWS::::Account"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("elasticmapreduce:GetBlockPublicAccessConfiguration",)
    writes = ("elasticmapreduce:PutBlockPublicAccessConfiguration",)
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:  # of the account
        """The switch, and the ports."""
        now = aws.client("emr").get_block_public_access_configuration()["BlockPublicAccessConfiguration"]
        ranges = now.get("PermittedPublicSecurityGroupRuleRanges", [])
        ports = sorted([one["MinRange"], one.get("MaxRange", one["MinRange"])] for one in ranges)
        return {_BLOCK: {"on": bool(now["BlockPublicSecurityGroupRules"]), "excepted ports": ports}}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """On, with no exception but SSH, where there is one for it."""
        ports = settings[_BLOCK]["excepted ports"]
        ssh = [[_SSH, _SSH]] if any(low <= _SSH <= high for low, high in ports) else []
        return {**settings, _BLOCK: {"on": True, "excepted ports": ssh}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Both at once."""
        ranges = [{"MinRange": low, "MaxRange": high} for low, high in value["excepted ports"]]
        aws.client("emr").put_block_public_access_configuration(
            BlockPublicAccessConfiguration={
                "BlockPublicSecurityGroupRules": value["on"],
                "PermittedPublicSecurityGroupRuleRanges": ranges,
            }
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:  # its actions take no resource
        """EMR's action names no resource."""
        return ("*",)


class CloseBrokers(Toggle):
    """Take the public addresses off the brokers; the private ones stay.

    MSK works on it for up to an hour, in which the cluster goes on (Amazon MSK Developer Guide, "Turn on public
    access"). Undo asks for public access again, which MSK grants only where its conditions still hold.
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
        """While MSK still works on it, the old value: so there is no proof before it is done."""
        brokers = _msk(aws, target)["Provisioned"]["BrokerNodeGroupInfo"]
        access = brokers.get("ConnectivityInfo", {}).get("PublicAccess", {})
        return bool(access.get("Type", "DISABLED") != "DISABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """MSK takes the change for the version that was read only. Raises Busy while it does anything else."""
        now = _msk(aws, target)
        if now["State"] != "ACTIVE":
            raise Busy(f"MSK is at work on the cluster ({now['State']})", retry_after=60)
        kind = "SERVICE_PROVIDED_EIPS" if on else "DISABLED"
        aws.client("kafka").update_connectivity(
            ClusterArn=target.resource.id,
            CurrentVersion=now["CurrentVersion"],
            ConnectivityInfo={"PublicAccess": {"Type": kind}},
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """How many brokers; who connects cannot be seen."""
        yield evidence_of(
            "How many brokers?",
            lambda: pluralize(int(_msk(aws, target)["Provisioned"]["NumberOfBrokerNodes"]), "broker"),
        )
        yield Evidence("Who produces or consumes from outside the VPC?", "not known", known=False)


def _msk(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NotFoundException"):
        found: dict[str, Any] = aws.client("kafka").describe_cluster_v2(ClusterArn=target.resource.id)["ClusterInfo"]
    if found["State"] == "DELETING":
        raise ResourceGone("DELETING")
    if "Provisioned" not in found:
        raise Refusal("it is serverless, and has no public access")
    if found["State"] in {"CREATING", "FAILED"}:
        raise Refusal(f"MSK changes no cluster that is {found['State']}")
    return found
