"""CIS benchmark monitoring: metric filters on the trail's log group, and alarms on their metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.toolkit.aws_calls import evidence_of, none_if, paginated, pluralize

_NAMESPACE: Final = "LogMetrics"
_PREFIX: Final = "cspm-"
_GROUP: Final = "log group of the trail"
_FILTER: Final = "metric filter for "
_ALARM: Final = "alarm for "


def any_of(*events: str, source: str = "") -> str:
    """Return the filter pattern for these events, of one service if `source` is given."""
    events_pattern = " || ".join(f"($.eventName={event})" for event in events)
    return f"{{($.eventSource={source}) && ({events_pattern})}}" if source else f"{{{events_pattern}}}"


PATTERNS: Final[Mapping[str, str]] = {
    "CloudWatch.1": (
        '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'
    ),
    "CloudWatch.2": '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
    "CloudWatch.3": (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
    ),
    "CloudWatch.4": any_of(
        *(f"{verb}{identity}Policy" for verb in ("Delete", "Put") for identity in ("Group", "Role", "User")),
        *("CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion"),
        *(f"{verb}{identity}Policy" for identity in ("Role", "User", "Group") for verb in ("Attach", "Detach")),
        source="iam.amazonaws.com",
    ),
    "CloudWatch.5": any_of("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
    "CloudWatch.6": '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}',
    "CloudWatch.7": any_of("DisableKey", "ScheduleKeyDeletion", source="kms.amazonaws.com"),
    "CloudWatch.8": any_of(
        *(f"PutBucket{what}" for what in ("Acl", "Policy", "Cors", "Lifecycle", "Replication")),
        *(f"DeleteBucket{what}" for what in ("Policy", "Cors", "Lifecycle", "Replication")),
        source="s3.amazonaws.com",
    ),
    "CloudWatch.9": any_of(
        *("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"),
        source="config.amazonaws.com",
    ),
    "CloudWatch.10": any_of(
        *(f"{verb}SecurityGroup{way}" for verb in ("Authorize", "Revoke") for way in ("Ingress", "Egress")),
        *("CreateSecurityGroup", "DeleteSecurityGroup"),
    ),
    "CloudWatch.11": any_of(
        *(f"{verb}NetworkAcl{what}" for verb in ("Create", "Delete") for what in ("", "Entry")),
        *("ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
    ),
    "CloudWatch.12": any_of(
        *("CreateCustomerGateway", "DeleteCustomerGateway"),
        *(f"{verb}InternetGateway" for verb in ("Attach", "Create", "Delete", "Detach")),
    ),
    "CloudWatch.13": any_of(
        *("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation"),
        *("DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
        source="ec2.amazonaws.com",
    ),
    "CloudWatch.14": any_of(
        *("CreateVpc", "DeleteVpc", "ModifyVpcAttribute"),
        *(f"{verb}VpcPeeringConnection" for verb in ("Accept", "Create", "Delete", "Reject")),
        *("AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
    ),
}
"""Filter patterns by control. A control fails unless the filter is exactly the prescribed one:
https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html."""


class WatchTrail(Remediation):
    """Create the metric filters and alarms that the open controls require, with the policy's topic as alarm action.

    Their names follow from the control, so that a retry finds them. Filters and alarms of others stay. Security Hub
    checks only the home Region of the trail, and requires a subscription to the topic.
    """

    title = "Watch the trail"
    problem = "Nobody is told of sensitive calls"
    controls = tuple(PATTERNS)
    resource_type = "AWS::::Account"
    effects = (Effect.COSTS_MONEY,)
    reads = (
        "cloudtrail:DescribeTrails",
        "cloudwatch:DescribeAlarms",
        "logs:DescribeMetricFilters",
        "sns:GetTopicAttributes",
    )
    writes = (
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "logs:DeleteMetricFilter",
        "logs:PutMetricFilter",
    )
    params: ClassVar[Mapping[str, Param]] = {"topic": Param("", "ARN of the SNS topic for the alarms; none, no fix")}

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the trail's log group, and the bot's filters and alarms. Raise Refusal if no trail has a log group."""
        group = _log_group(aws)
        filters, alarms = _filters(aws, group), _alarms(aws)
        found: dict[str, Value] = {_GROUP: group}
        for control in sorted(target.controls & set(PATTERNS)):
            found[_FILTER + control] = filters.get(_PREFIX + control, ABSENT)
            found[_ALARM + control] = alarms.get(_PREFIX + control, ABSENT)
        return found

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Return the prescribed filters, and alarms for the topic. Raise Refusal if the policy names no topic."""
        if not params["topic"]:
            raise Refusal("the policy names no topic for alarms: set topic of WatchTrail")
        return {name: _compliant(name, value, str(params["topic"])) for name, value in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        if setting.startswith(_FILTER):
            _write_filter(aws, _PREFIX + setting.removeprefix(_FILTER), value)
        else:
            _write_alarm(aws, _PREFIX + setting.removeprefix(_ALARM), value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARNs of the bot's alarms, and of all log groups, because the target does not name the trail's."""
        where = target.resource
        base = f"{where.region}:{where.account}"
        alarms = f"arn:{where.partition}:cloudwatch:{base}:alarm:{_PREFIX}CloudWatch.*"
        return (f"arn:{where.partition}:logs:{base}:log-group:*", alarms)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        topic = str(resolved_params(self, target)["topic"])
        yield evidence_of("Who is told?", lambda: _subscribers(aws, topic))
        yield Evidence(
            "How often would they fire?", "not known (CloudWatch.2 fires often in busy accounts)", known=False
        )


def _compliant(name: str, value: Value, topic: str) -> Value:
    if name.startswith(_FILTER):
        return PATTERNS[name.removeprefix(_FILTER)]
    if name.startswith(_ALARM):
        topics = [] if value is ABSENT else value["tells"]
        return {"tells": sorted({*topics, topic}), "metric": _PREFIX + name.removeprefix(_ALARM), "on": True}
    return value


def _log_group(aws: Account) -> str:
    trails = aws.client("cloudtrail").describe_trails(includeShadowTrails=False)["trailList"]
    arns = [one.get("CloudWatchLogsLogGroupArn") for one in trails if one.get("IsMultiRegionTrail")]
    groups = sorted(arn.partition(":log-group:")[2].removesuffix(":*") for arn in arns if arn)
    if not groups:
        raise Refusal(
            "no multi-Region trail of this Region has a log group: see to CloudTrail.1 and CloudTrail.5 first"
        )
    return str(groups[0])


def _filters(aws: Account, group: str) -> dict[str, Value]:
    found = paginated(
        aws.client("logs"), "describe_metric_filters", "metricFilters", logGroupName=group, filterNamePrefix=_PREFIX
    )
    return {one["filterName"]: one["filterPattern"] for one in found}


def _alarms(aws: Account) -> dict[str, Value]:
    found = paginated(aws.client("cloudwatch"), "describe_alarms", "MetricAlarms", AlarmNamePrefix=_PREFIX)
    return {
        one["AlarmName"]: {
            "tells": sorted(one["AlarmActions"]),
            "metric": one.get("MetricName", ""),
            "on": bool(one["ActionsEnabled"]),
        }
        for one in found
    }


def _write_filter(aws: Account, name: str, pattern: Value) -> None:
    logs, group = aws.client("logs"), _log_group(aws)
    if pattern is ABSENT:
        none_if(lambda: logs.delete_metric_filter(logGroupName=group, filterName=name), "ResourceNotFoundException")
        return
    metric = {"metricName": name, "metricNamespace": _NAMESPACE, "metricValue": "1", "defaultValue": 0}
    logs.put_metric_filter(logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=[metric])


def _write_alarm(aws: Account, name: str, value: Value) -> None:
    cloudwatch = aws.client("cloudwatch")
    if value is ABSENT:
        none_if(lambda: cloudwatch.delete_alarms(AlarmNames=[name]), "ResourceNotFound")
        return
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmActions=value["tells"],
        ActionsEnabled=value["on"],
        MetricName=value["metric"],
        Namespace=_NAMESPACE,
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )


def _subscribers(aws: Account, topic: str) -> str:
    attributes = aws.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    return f"{topic}: {pluralize(int(attributes['SubscriptionsConfirmed']), 'confirmed subscription')}"
