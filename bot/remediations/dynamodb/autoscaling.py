"""Auto scaling of the provisioned capacity of DynamoDB tables."""

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
from bot.remediations.dynamodb.tables import table_of
from bot.remediations.toolkit.aws_calls import evidence_of, none_if, paginated

_SERVICE: Final = "dynamodb"
_NOT_FOUND: Final = "ObjectNotFoundException"
_FOREIGN_POLICY: Final = "somebody's own"
_NAME: Final = re.compile(r"(?P<kind>read|write) capacity of (?P<part>.+): (?P<what>range|aim)")


@dataclass(frozen=True)
class _Dimension:
    """A scalable dimension: the read or write capacity of the table, or of one of its indexes."""

    kind: str
    table: str
    index: str = ""

    @property
    def label(self) -> str:
        """The start of the settings' names: `read capacity of the table`."""
        return f"{self.kind} capacity of {f'index {self.index}' if self.index else 'the table'}"

    @property
    def key(self) -> dict[str, str]:
        """The arguments that identify the dimension in calls of Application Auto Scaling."""
        part = f"/index/{self.index}" if self.index else ""
        scope = "index" if self.index else "table"
        return {
            "ServiceNamespace": _SERVICE,
            "ResourceId": f"table/{self.table}{part}",
            "ScalableDimension": f"dynamodb:{scope}:{self.kind.title()}CapacityUnits",
        }

    @property
    def policy(self) -> dict[str, str]:
        """The arguments that identify the bot's scaling policy; policies are named within a dimension."""
        return {"PolicyName": f"cspm-{self.kind}", **self.key}

    @property
    def metric(self) -> str:
        """The predefined metric of the scaling policy."""
        return f"DynamoDB{self.kind.title()}CapacityUtilization"


class ScaleTable(Remediation):
    """Scale the capacity of a table and its indexes with the demand, from the current capacity upwards.

    Each dimension is registered with its range before its policy is created; Undo reverses the order. Existing scaling
    of a dimension stays. A table in on-demand mode has no provisioned capacity, and complies.
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
        """Return current capacity, range and target of each dimension; nothing in on-demand mode."""
        found: dict[str, Value] = {}
        for dimension, capacity in _dimensions(table_of(aws, target)):
            found |= {
                f"{dimension.label}: now": capacity,
                f"{dimension.label}: range": _range(aws, dimension),
                f"{dimension.label}: aim": _target(aws, dimension),
            }
        return found

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Add ranges and targets to dimensions without."""
        compliant = dict(settings)
        for name, value in settings.items():
            label, _, what = name.rpartition(": ")
            if what == "range" and value is ABSENT:
                current = int(settings[f"{label}: now"])
                compliant[name] = {"from": current, "to": current * int(params["times"])}
            if what == "aim" and value is ABSENT:
                compliant[name] = {"percent": int(params["targetUtilization"])}
        return compliant

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Write one range or one scaling policy."""
        match = _NAME.fullmatch(setting)
        if not match:
            raise BadInput(f"{setting!r} is neither a range nor an aim")
        part = match["part"]
        index = "" if part == "the table" else part.removeprefix("index ")
        dimension = _Dimension(match["kind"], target.resource.name, index)
        scaling = aws.client("application-autoscaling")
        (_write_range if match["what"] == "range" else _write_target)(scaling, dimension, value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARNs of the table, and of the resources that Application Auto Scaling creates for it."""
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
        yield evidence_of("How much capacity is there now?", lambda: _capacity(table_of(aws, target)))


def _dimensions(table: Mapping[str, Any]) -> Iterator[tuple[_Dimension, int]]:
    if table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        return
    parts = [("", table), *sorted((one["IndexName"], one) for one in table.get("GlobalSecondaryIndexes", []))]
    for index, part in parts:
        for kind in ("read", "write"):
            units = part["ProvisionedThroughput"][f"{kind.title()}CapacityUnits"]
            yield _Dimension(kind, table["TableName"], index), int(units)


def _range(aws: Account, dimension: _Dimension) -> Value:
    key = dimension.key
    found = paginated(
        aws.client("application-autoscaling"),
        "describe_scalable_targets",
        "ScalableTargets",
        ServiceNamespace=_SERVICE,
        ResourceIds=[key["ResourceId"]],
        ScalableDimension=key["ScalableDimension"],
    )
    return {"from": found[0]["MinCapacity"], "to": found[0]["MaxCapacity"]} if found else ABSENT


def _target(aws: Account, dimension: _Dimension) -> Value:
    """Return target and cooldowns of the bot's scaling policy, a marker for another policy, or ABSENT."""
    scaling = aws.client("application-autoscaling")
    found = paginated(scaling, "describe_scaling_policies", "ScalingPolicies", **dimension.key)
    policies = {one["PolicyName"]: one for one in found if _is_of(one, dimension)}
    policy = policies.get(dimension.policy["PolicyName"])
    if policy is None:
        return _FOREIGN_POLICY if policies else ABSENT
    settings = policy.get("TargetTrackingScalingPolicyConfiguration", {})
    cooldowns = {name: int(settings[name]) for name in ("ScaleInCooldown", "ScaleOutCooldown") if name in settings}
    return {"percent": int(settings.get("TargetValue", 0)), **cooldowns}


def _is_of(policy: Mapping[str, Any], dimension: _Dimension) -> bool:
    return all(policy[name] == value for name, value in dimension.key.items())


def _write_range(scaling: Any, dimension: _Dimension, value: Value) -> None:
    if value is ABSENT:
        none_if(lambda: scaling.deregister_scalable_target(**dimension.key), _NOT_FOUND)
    else:
        scaling.register_scalable_target(**dimension.key, MinCapacity=value["from"], MaxCapacity=value["to"])


def _write_target(scaling: Any, dimension: _Dimension, value: Value) -> None:
    if value is ABSENT:
        none_if(lambda: scaling.delete_scaling_policy(**dimension.policy), _NOT_FOUND)
        return
    scaling.put_scaling_policy(
        **dimension.policy,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": value["percent"],
            "PredefinedMetricSpecification": {"PredefinedMetricType": dimension.metric},
        },
    )


def _capacity(table: Mapping[str, Any]) -> str:
    return ", ".join(f"{units} {dimension.label}" for dimension, units in _dimensions(table)) or "it is on demand"
