"""DynamoDB tables with provisioned capacity: it follows the demand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import BadInput
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.dynamodb.protection import table
from bot.remediations.toolkit.aws_calls import evidence_of, none_if

_SERVICE: Final = "dynamodb"
_GONE: Final = "ObjectNotFoundException"
_THEIRS: Final = "somebody's own"
_NAME: Final = re.compile(r"(?P<kind>read|write) capacity of (?P<part>.+): (?P<what>range|aim)")


@dataclass(frozen=True)
class _Dimension:
    """What is scaled: reading or writing of the table, or of one index of it."""

    kind: str
    table: str
    index: str = ""

    @property
    def words(self) -> str:
        """`read capacity of the table`."""
        return f"{self.kind} capacity of {f'index {self.index}' if self.index else 'the table'}"

    @property
    def key(self) -> dict[str, str]:
        """As Application Auto Scaling names it."""
        part = f"/index/{self.index}" if self.index else ""
        scope = "index" if self.index else "table"
        return {
            "ServiceNamespace": _SERVICE,
            "ResourceId": f"table/{self.table}{part}",
            "ScalableDimension": f"dynamodb:{scope}:{self.kind.title()}CapacityUnits",
        }

    @property
    def policy(self) -> dict[str, str]:
        """Our policy's key; policies are named within a dimension."""
        return {"PolicyName": f"cspm-{self.kind}", **self.key}

    @property
    def metric(self) -> str:
        """The predefined metric that the policy follows."""
        return f"DynamoDB{self.kind.title()}CapacityUtilization"


class ScaleTable(Remediation):
    """Let the capacity of a table and its indexes follow the demand, from what it is now upwards.

    For each dimension the range is registered before the policy is put, and Undo goes backwards. What somebody has set
    up for a dimension stays. A table on demand has no capacity, and complies.
    """

    title = "Let the table's capacity follow the demand"
    problem = "Table with fixed capacity"
    controls = ("DynamoDB.1",)
    config_rules = ("DYNAMODB_AUTOSCALING_ENABLED",)
    resource_type = "AWS::DynamoDB::Table"
    effects = (Effect.COSTS_MONEY,)
    reversible = Reversible.PARTLY
    not_restored = "the capacity itself, which stays as scaling has set it last"
    reads = (
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "dynamodb:DescribeTable",
    )
    writes = (
        "application-autoscaling:DeleteScalingPolicy",
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:RegisterScalableTarget",
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:PutMetricAlarm",
        "dynamodb:UpdateTable",
        "iam:CreateServiceLinkedRole",
    )
    params: ClassVar[Mapping[str, Param]] = {
        "times": Param(4, "how many times the capacity of now it may grow to"),
        "targetUtilization": Param(70, "percent of the capacity that is aimed at"),
    }
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Range and aim of each dimension, and the capacity of now, by dimension; nothing for a table on demand."""
        found: dict[str, Value] = {}
        for dimension, capacity in _dimensions(table(aws, target)):
            found |= {
                f"{dimension.words}: now": capacity,
                f"{dimension.words}: range": _range(aws, dimension),
                f"{dimension.words}: aim": _aim(aws, dimension),
            }
        return found

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Range and aim where there are none."""
        right = dict(settings)
        for name, value in settings.items():
            words, _, what = name.rpartition(": ")
            if what == "range" and value is ABSENT:
                now = int(settings[f"{words}: now"])
                right[name] = {"from": now, "to": now * int(params["times"])}
            if what == "aim" and value is ABSENT:
                right[name] = {"percent": int(params["targetUtilization"])}
        return right

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One range or one policy."""
        named = _NAME.fullmatch(setting)
        if not named:
            raise BadInput(f"{setting!r} is neither a range nor an aim")
        part = named["part"]
        index = "" if part == "the table" else part.removeprefix("index ")
        dimension = _Dimension(named["kind"], target.resource.name, index)
        scaling = aws.client("application-autoscaling")
        (_write_range if named["what"] == "range" else _write_aim)(scaling, dimension, value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The table, and what Application Auto Scaling makes for it."""
        where = target.resource
        place = f"{where.region}:{where.account}"
        role = "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/*"
        return (
            where.id,
            f"arn:{where.partition}:application-autoscaling:{place}:scalable-target/*",
            f"arn:{where.partition}:cloudwatch:{place}:alarm:TargetTracking-table/{where.name}*",
            f"arn:{where.partition}:iam::{where.account}:{role}",
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What it may cost at most."""
        yield evidence_of("How much capacity is there now?", lambda: _capacity(table(aws, target)))


def _dimensions(found: Mapping[str, Any]) -> Iterator[tuple[_Dimension, int]]:
    if found.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        return
    parts = [("", found), *sorted((one["IndexName"], one) for one in found.get("GlobalSecondaryIndexes", []))]
    for index, part in parts:
        for kind in ("read", "write"):
            units = part["ProvisionedThroughput"][f"{kind.title()}CapacityUnits"]
            yield _Dimension(kind, found["TableName"], index), int(units)


def _range(aws: Account, dimension: _Dimension) -> Value:
    key = dimension.key
    pages = (
        aws.client("application-autoscaling")
        .get_paginator("describe_scalable_targets")
        .paginate(
            ServiceNamespace=_SERVICE, ResourceIds=[key["ResourceId"]], ScalableDimension=key["ScalableDimension"]
        )
    )
    found = [one for page in pages for one in page["ScalableTargets"]]
    return {"from": found[0]["MinCapacity"], "to": found[0]["MaxCapacity"]} if found else ABSENT


def _aim(aws: Account, dimension: _Dimension) -> Value:
    """Our policy's percentage, with whatever somebody has added to it; or that there is somebody's own."""
    pages = aws.client("application-autoscaling").get_paginator("describe_scaling_policies").paginate(**dimension.key)
    found = [one for page in pages for one in page["ScalingPolicies"] if _is_of(one, dimension)]
    ours = [one for one in found if one["PolicyName"] == dimension.policy["PolicyName"]]
    if not ours:
        return _THEIRS if found else ABSENT
    settings = ours[0].get("TargetTrackingScalingPolicyConfiguration", {})
    more = {name: int(settings[name]) for name in ("ScaleInCooldown", "ScaleOutCooldown") if name in settings}
    return {"percent": int(settings.get("TargetValue", 0)), **more}


def _is_of(policy: Mapping[str, Any], dimension: _Dimension) -> bool:
    return all(policy[name] == value for name, value in dimension.key.items())


def _write_range(scaling: Any, dimension: _Dimension, value: Value) -> None:
    if value is ABSENT:
        none_if(lambda: scaling.deregister_scalable_target(**dimension.key), _GONE)
    else:
        scaling.register_scalable_target(**dimension.key, MinCapacity=value["from"], MaxCapacity=value["to"])


def _write_aim(scaling: Any, dimension: _Dimension, value: Value) -> None:
    if value is ABSENT:
        none_if(lambda: scaling.delete_scaling_policy(**dimension.policy), _GONE)
        return
    scaling.put_scaling_policy(
        **dimension.policy,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": value["percent"],
            "PredefinedMetricSpecification": {"PredefinedMetricType": dimension.metric},
        },
    )


def _capacity(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{units} {dimension.words}" for dimension, units in _dimensions(found)) or "it is on demand"
