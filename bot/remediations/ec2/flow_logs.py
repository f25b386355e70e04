"""Networks: what flows is logged, and who attaches is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Busy, Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if
from bot.remediations.toolkit.toggle import Toggle

_OURS: Final = "flow log of cspm-bot"
_THEIRS: Final = "other flow logs of rejected traffic"
_TAG: Final = "cspm-bot"
_CONTROL: Final = "EC2.6"
_REFUSED_TRAFFIC: Final = frozenset({"ALL", "REJECT"})


class LogFlows(Remediation):
    """Make a flow log of a VPC, to the log group that the policy names; other flow logs stay.

    Not to a bucket: that takes logs:CreateLogDelivery, which IAM cannot narrow to one resource. Ours is known by its
    tag, which EC2 sets in the same call that makes it: so a take-over finds it.
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
        """Ours, and how many others log what is rejected."""
        with gone_if("InvalidVpcID.NotFound"):
            aws.client("ec2").describe_vpcs(VpcIds=[target.resource.name])
        logs = _flow_logs(aws, target)
        ours = [one for one in logs if _is_ours(one)]
        theirs = [one for one in logs if not _is_ours(one) and one["TrafficType"] in _REFUSED_TRAFFIC]
        return {_OURS: _said(ours[0]) if ours else ABSENT, _THEIRS: len(theirs)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Ours, unless others do the same."""
        if settings[_THEIRS] or settings[_OURS] is not ABSENT:
            return dict(settings)
        wanted = {"to": str(params["logGroup"]), "traffic": str(params["trafficType"]), "role": str(params["role"])}
        if not wanted["to"] or not wanted["role"]:
            raise Refusal(f"the policy does not say where to: set logGroup and role of {_CONTROL}")
        return {**settings, _OURS: wanted}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Make it where it is not there yet, or delete ours."""
        ours = [one["FlowLogId"] for one in _flow_logs(aws, target) if _is_ours(one)]
        if value is ABSENT and ours:
            aws.client("ec2").delete_flow_logs(FlowLogIds=ours)
        elif value is not ABSENT and not ours:
            _create(aws, target, value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The VPC, flow logs to be made, and the role that is handed over."""
        where = target.resource
        base = f"arn:{where.partition}:ec2:{where.region}:{where.account}"
        role = resolved_params(self, target)["role"]
        return (where.id, f"{base}:vpc-flow-log/*", *([str(role)] if role else []))

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """How much there is to log."""
        yield evidence_of("How much is in the VPC?", lambda: _inhabitants(aws, target))


def _create(aws: Account, target: Target, wanted: Mapping[str, str]) -> None:
    """Make our flow log. Raises Refusal with EC2's own words where it makes none."""
    answer = aws.client("ec2").create_flow_logs(
        ResourceIds=[target.resource.name],
        ResourceType="VPC",
        TrafficType=wanted["traffic"],
        LogDestinationType="cloud-watch-logs",
        LogDestination=wanted["to"],
        DeliverLogsPermissionArn=wanted["role"],
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": [{"Key": _TAG, "Value": _CONTROL}]}],
    )
    for failed in answer.get("Unsuccessful", ()):
        raise Refusal(f"EC2 made no flow log: {failed['Error']['Message']}")


def _flow_logs(aws: Account, target: Target) -> list[dict[str, Any]]:
    pages = aws.client("ec2").get_paginator("describe_flow_logs")
    mine = pages.paginate(Filters=[{"Name": "resource-id", "Values": [target.resource.name]}])
    found = [one for page in mine for one in page["FlowLogs"] if one.get("FlowLogStatus", "ACTIVE") == "ACTIVE"]
    return sorted(found, key=lambda one: str(one["FlowLogId"]))


def _is_ours(one: Mapping[str, Any]) -> bool:
    return {"Key": _TAG, "Value": _CONTROL} in one.get("Tags", [])


def _said(one: Mapping[str, Any]) -> Value:
    role = str(one.get("DeliverLogsPermissionArn") or "")
    to = str(one.get("LogDestination") or one.get("LogGroupName"))
    return {"to": to, "traffic": str(one["TrafficType"]), "role": role}


def _inhabitants(aws: Account, target: Target) -> str:
    filters = [{"Name": "vpc-id", "Values": [target.resource.name]}]
    pages = aws.client("ec2").get_paginator("describe_network_interfaces").paginate(Filters=filters)
    return pluralize(sum(len(page["NetworkInterfaces"]) for page in pages), "network interface")


class AskBeforeAttaching(Toggle):
    """Let a transit gateway wait for an answer before another account's VPC is attached; what is attached stays."""

    title = "Ask before attaching to the transit gateway"
    problem = "Transit gateway accepts every attachment"
    controls = ("EC2.23",)
    config_rules = ("EC2_TRANSIT_GATEWAY_AUTO_VPC_ATTACH_DISABLED",)
    resource_type = "AWS::EC2::TransitGateway"
    effects = (Effect.FUTURE_ONLY, Effect.CUTS_ACCESS)
    reads = ("ec2:DescribeTransitGatewayAttachments", "ec2:DescribeTransitGateways")
    writes = ("ec2:ModifyTransitGateway",)
    setting = "shared attachments accepted by themselves"
    compliant_value = False
    deadline_seconds = 600

    def is_on(self, target: Target, aws: Account) -> bool:
        """The option AutoAcceptSharedAttachments."""
        return bool(_gateway(aws, target)["Options"]["AutoAcceptSharedAttachments"] == "enable")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Options that the call does not name stay as they are. Raises Busy while EC2 is at work on it."""
        state = _gateway(aws, target)["State"]
        if state != "available":
            raise Busy(f"EC2 is at work on the transit gateway ({state})", retry_after=30)
        aws.client("ec2").modify_transit_gateway(
            TransitGatewayId=target.resource.name,
            Options={"AutoAcceptSharedAttachments": "enable" if on else "disable"},
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who attaches to it."""
        yield evidence_of("What is attached now, and stays so?", lambda: _attachments(aws, target))
        yield Evidence("Who attaches by automation, and would wait?", "not known", known=False)


def _gateway(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("InvalidTransitGatewayID.NotFound"):
        answer = aws.client("ec2").describe_transit_gateways(TransitGatewayIds=[target.resource.name])
    found = [one for one in answer["TransitGateways"] if one["State"] not in {"deleting", "deleted"}]
    if not found:
        raise ResourceGone(target.resource.id)
    gateway: dict[str, Any] = found[0]
    if gateway["OwnerId"] != target.resource.account:
        raise Refusal(f"the transit gateway belongs to account {gateway['OwnerId']}")
    return gateway


def _attachments(aws: Account, target: Target) -> str:
    filters = [{"Name": "transit-gateway-id", "Values": [target.resource.name]}]
    pages = aws.client("ec2").get_paginator("describe_transit_gateway_attachments").paginate(Filters=filters)
    found = [one for page in pages for one in page["TransitGatewayAttachments"]]
    others = {one["ResourceOwnerId"] for one in found} - {target.resource.account}
    return f"{pluralize(len(found), 'attachment')}, of {pluralize(len(others), 'other account')}"
