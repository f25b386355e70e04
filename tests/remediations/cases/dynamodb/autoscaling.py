"""Cases of `bot.remediations.dynamodb.autoscaling`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.dynamodb.autoscaling import ScaleTable
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted

_UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}


_READING = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/carts",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}


class ATableOfFixedCapacity(Case):
    """A table with an index."""

    remediation: ClassVar[type[Remediation]] = ScaleTable

    def make(self) -> Target:
        made = plain_client("dynamodb").create_table(
            TableName="carts",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "owner")],
            ProvisionedThroughput=_UNITS,
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-owner",
                    "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": _UNITS,
                }
            ],
            Tags=[{"Key": "password", "Value": PLANTED}],
        )
        return targeted(ScaleTable, made["TableDescription"]["TableArn"])

    def edit_beside(self, target: Target) -> None:
        tags = [{"Key": "theirs", "Value": "web"}]
        plain_client("dynamodb").tag_resource(ResourceArn=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/carts", Tags=tags)

    def beside(self, target: Target) -> Any:
        arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/carts"
        return sorted(one["Key"] for one in plain_client("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"])

    def edit_same(self, target: Target) -> None:
        plain_client("application-autoscaling").register_scalable_target(**_READING, MinCapacity=1, MaxCapacity=1000)

    def destroy(self, target: Target) -> None:
        plain_client("dynamodb").delete_table(TableName="carts")


class ATableThatSomebodyScalesInPart(ATableOfFixedCapacity):
    """A table whose read capacity has a range and a policy already."""

    def make(self) -> Target:
        target = super().make()
        scaling = plain_client("application-autoscaling")
        self.edit_same(target)
        metric = {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}
        scaling.put_scaling_policy(
            **_READING,
            PolicyName=PLANTED,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 50, "PredefinedMetricSpecification": metric},
        )
        return target

    def beside(self, target: Target) -> Any:
        found = plain_client("application-autoscaling").describe_scaling_policies(ServiceNamespace="dynamodb")
        ranges = plain_client("application-autoscaling").describe_scalable_targets(
            ServiceNamespace="dynamodb", ResourceIds=["table/carts"], ScalableDimension=_READING["ScalableDimension"]
        )
        theirs = [one["PolicyName"] for one in found["ScalingPolicies"] if one["PolicyName"] == PLANTED]
        return super().beside(target), theirs, ranges["ScalableTargets"][0]["MaxCapacity"]

    def edit_same(self, target: Target) -> None:
        writing = {**_READING, "ScalableDimension": "dynamodb:table:WriteCapacityUnits"}
        scaling = plain_client("application-autoscaling")
        if scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]:
            scaling.register_scalable_target(**writing, MinCapacity=1, MaxCapacity=1000)
        scaling.register_scalable_target(**_READING, MinCapacity=1, MaxCapacity=1000)
