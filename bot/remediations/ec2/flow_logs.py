"""Flow logs of VPCs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, paginated, pluralize
from bot.remediations.toolkit.network_interfaces import network_interfaces

_BOT_FLOW_LOG: Final = "flow log of cspm-bot"
_OTHER_FLOW_LOGS: Final = "other flow logs of rejected traffic"
_TAG: Final = "cspm-bot"
_CONTROL: Final = "EC2.6"
_REJECTED_TRAFFIC: Final = frozenset({"ALL", "REJECT"})


class LogFlows(Remediation):
    """Create a flow log of the VPC, to the log group of the policy; other flow logs stay.

    A bucket is not supported: that takes logs:CreateLogDelivery, which IAM cannot restrict to a resource. The bot's
    flow log is identified by its tag, which the call that creates it sets, so that a retry finds it.
    """

    title = "Log the VPC's traffic"
    problem = "VPC without flow logs"
    controls = ("EC2.6",)
    config_rules = ("VPC_FLOW_LOGS_ENABLED",)
    resource_type = "AWS::EC2::VPC"
    effects = (Effect.COSTS_MONEY,)
    reads = ("ec2:DescribeFlowLogs", "ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs")
    writes = ("ec2:CreateFlowLogs", "ec2:CreateTags", "ec2:DeleteFlowLogs", "iam:PassRole")
    params: ClassVar[Mapping[str, Param]] = {
        "logGroup": Param("", "ARN of the log group for the flow logs; none, no fix"),
        "role": Param("", "ARN of the role by which the VPC may write to it; none, no fix"),
        "trafficType": Param("REJECT", "REJECT (what the control asks for), ALL or ACCEPT"),
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the bot's flow log, and the number of others that log rejected traffic."""
        with gone_if("InvalidVpcID.NotFound"):
            aws.client("ec2").describe_vpcs(VpcIds=[target.resource.name])
        logs = _flow_logs(aws, target)
        own = [log for log in logs if _is_own(log)]
        others = [log for log in logs if not _is_own(log) and log["TrafficType"] in _REJECTED_TRAFFIC]
        return {_BOT_FLOW_LOG: _destination(own[0]) if own else ABSENT, _OTHER_FLOW_LOGS: len(others)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Add the bot's flow log unless there is another. Raise Refusal if the policy names no log group and role."""
        if settings[_OTHER_FLOW_LOGS] or settings[_BOT_FLOW_LOG] is not ABSENT:
            return dict(settings)
        flow_log = {"to": str(params["logGroup"]), "traffic": str(params["trafficType"]), "role": str(params["role"])}
        if not flow_log["to"] or not flow_log["role"]:
            raise Refusal(f"the policy does not say where to: set logGroup and role of {_CONTROL}")
        return {**settings, _BOT_FLOW_LOG: flow_log}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Create the bot's flow log if it does not exist, or delete it."""
        own = [log["FlowLogId"] for log in _flow_logs(aws, target) if _is_own(log)]
        if value is ABSENT and own:
            aws.client("ec2").delete_flow_logs(FlowLogIds=own)
        elif value is not ABSENT and not own:
            _create(aws, target, value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARNs of the VPC, of all flow logs, and of the role that is passed to EC2."""
        where = target.resource
        base = f"arn:{where.partition}:ec2:{where.region}:{where.account}"
        role = resolved_params(self, target)["role"]
        return (where.id, f"{base}:vpc-flow-log/*", *([str(role)] if role else []))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("How much is in the VPC?", lambda: _interfaces(aws, target))


def _create(aws: Account, target: Target, flow_log: Mapping[str, str]) -> None:
    """Create the bot's flow log. Raise Refusal with the message of EC2 if that fails."""
    response = aws.client("ec2").create_flow_logs(
        ResourceIds=[target.resource.name],
        ResourceType="VPC",
        TrafficType=flow_log["traffic"],
        LogDestinationType="cloud-watch-logs",
        LogDestination=flow_log["to"],
        DeliverLogsPermissionArn=flow_log["role"],
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": [{"Key": _TAG, "Value": _CONTROL}]}],
    )
    for failed in response.get("Unsuccessful", ()):
        raise Refusal(f"EC2 made no flow log: {failed['Error']['Message']}")


def _flow_logs(aws: Account, target: Target) -> list[dict[str, Any]]:
    filters = [{"Name": "resource-id", "Values": [target.resource.name]}]
    logs = paginated(aws.client("ec2"), "describe_flow_logs", "FlowLogs", Filters=filters)
    active = [log for log in logs if log.get("FlowLogStatus", "ACTIVE") == "ACTIVE"]
    return sorted(active, key=lambda log: str(log["FlowLogId"]))


def _is_own(log: Mapping[str, Any]) -> bool:
    return {"Key": _TAG, "Value": _CONTROL} in log.get("Tags", [])


def _destination(log: Mapping[str, Any]) -> Value:
    role = str(log.get("DeliverLogsPermissionArn") or "")
    to = str(log.get("LogDestination") or log.get("LogGroupName"))
    return {"to": to, "traffic": str(log["TrafficType"]), "role": role}


def _interfaces(aws: Account, target: Target) -> str:
    return pluralize(len(network_interfaces(aws, "vpc-id", target.resource.name)), "network interface")
