"""Cases of `bot.remediations.ec2.flow_logs`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.remediations.ec2.flow_logs import LogFlows
from tests.aws import REGION, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class AVpcWithoutFlowLogs(Case):
    """A VPC with a flow log of accepted traffic, which does not count."""

    remediation = LogFlows
    params: ClassVar[dict[str, str]] = {
        "logGroup": "arn:aws:logs:eu-west-1:123456789012:log-group:flows",
        "role": "arn:aws:iam::123456789012:role/flow-logs",
    }

    def make(self) -> Target:
        ec2, s3 = plain_client("ec2"), plain_client("s3")
        for bucket in ("other-logs", "third-logs"):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.vpc: str = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        ec2.create_tags(Resources=[self.vpc], Tags=TAGS)
        self.log("other-logs", "ACCEPT")
        return targeted(LogFlows, self.vpc, params=self.params)

    def edit_beside(self, target: Target) -> None:
        self.log("third-logs", "ACCEPT")

    def beside(self, target: Target) -> Any:
        return [one["FlowLogId"] for one in self.logs() if one["LogDestination"] == "arn:aws:s3:::third-logs"]

    def edit_same(self, target: Target) -> None:
        """Replace the flow log by one of all traffic, because EC2 cannot modify one."""
        ours = [one["FlowLogId"] for one in self.logs() if one["TrafficType"] == "REJECT"]
        plain_client("ec2").delete_flow_logs(FlowLogIds=ours)
        self.log("third-logs", "ALL", tagged="EC2.6")

    def destroy(self, target: Target) -> None:
        plain_client("ec2").delete_vpc(VpcId=self.vpc)

    def logs(self) -> list[dict[str, Any]]:
        filters = [{"Name": "resource-id", "Values": [self.vpc]}]
        found: list[dict[str, Any]] = plain_client("ec2").describe_flow_logs(Filters=filters)["FlowLogs"]
        return found

    def log(self, bucket: str, traffic: str, tagged: str = "") -> None:
        tags = [{"ResourceType": "vpc-flow-log", "Tags": [{"Key": "cspm-bot", "Value": tagged}]}] if tagged else []
        plain_client("ec2").create_flow_logs(
            ResourceIds=[self.vpc],
            ResourceType="VPC",
            TrafficType=traffic,
            LogDestinationType="s3",
            LogDestination=f"arn:aws:s3:::{bucket}",
            TagSpecifications=tags,
        )
