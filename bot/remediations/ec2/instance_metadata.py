"""Instance metadata options of EC2 instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.ec2.instances import instance_of, refuse_managed, scaling_group
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, metric_value, pluralize, response_date

_TOKENS: Final = "metadata session tokens"


class RequireImdsV2(Remediation):
    """Require a session token to read the instance's metadata (IMDSv2)."""

    title = "Require IMDSv2"
    problem = "Metadata without a token"
    controls = ("EC2.8",)
    config_rules = ("EC2_IMDSV2_CHECK",)
    resource_type = "AWS::EC2::Instance"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("cloudwatch:GetMetricData", "ec2:DescribeInstances")
    writes = ("ec2:ModifyInstanceMetadataOptions",)

    def read(self, target: Target, aws: Account) -> Settings:
        """Return `optional` or `required`. Raise Refusal for a managed instance."""
        instance, _ = instance_of(aws, target)
        refuse_managed(instance)
        return {_TOKENS: instance["MetadataOptions"]["HttpTokens"]}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _TOKENS: "required"}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Modify this option; options that are omitted stay as they are."""
        aws.client("ec2").modify_instance_metadata_options(InstanceId=target.resource.name, HttpTokens=value)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Does software on it still read without a token?", lambda: _calls_without_token(aws, target))
        yield evidence_of("Do containers reach the metadata?", lambda: _hop_limit(aws, target))
        yield evidence_of("Will another one be started without it?", lambda: _successor(instance_of(aws, target)[0]))


def _calls_without_token(aws: Account, target: Target) -> str:
    end = response_date(instance_of(aws, target)[1])
    instance = ("InstanceId", target.resource.name)
    calls = metric_value(aws.client("cloudwatch"), ("AWS/EC2", "MetadataNoToken"), instance, "Sum", end)
    if calls is None:
        return f"CloudWatch has no figures of the last {METRIC_DAYS} days"
    return f"{pluralize(calls, 'call')} without a token in {METRIC_DAYS} days"


def _hop_limit(aws: Account, target: Target) -> str:
    options = instance_of(aws, target)[0]["MetadataOptions"]
    limit = options.get("HttpPutResponseHopLimit", 1)
    return f"hop limit {limit}" + ("" if limit > 1 else ": containers behind a bridge do not get a token")


def _successor(instance: Mapping[str, Any]) -> str:
    group = scaling_group(instance)
    return (
        f"yes, by the launch template of the Auto Scaling group {group}" if group else "no Auto Scaling group starts it"
    )
