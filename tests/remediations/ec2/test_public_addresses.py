"""Instances: what the contract does not say about their addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.canonical import ABSENT
from bot.domain.plan import Changes, Compliant
from bot.domain.remediation import plan
from bot.remediations.ec2.instance_metadata import RequireImdsV2
from bot.remediations.ec2.public_addresses import RemovePublicAddress
from tests.aws import MotoAccount, plain_client
from tests.remediations.cases.ec2.instances import give_elastic_ip, primary_of, run_instance
from tests.remediations.cases.ec2.public_addresses import (
    AnInstanceWithAnAutomaticAddress,
    AnInstanceWithElasticAddresses,
)
from tests.remediations.contract import apply, planned, targeted, undone

RECIPE = RemovePublicAddress()


def public_address(instance: str) -> str | None:
    answer = plain_client("ec2").describe_instances(InstanceIds=[instance])
    found: str | None = answer["Reservations"][0]["Instances"][0].get("PublicIpAddress")
    return found


def answers(outcome: Any) -> dict[str, str]:
    assert isinstance(outcome, Changes)
    return {one.question: one.answer for one in outcome.evidence}


def test_the_flag_goes_first_so_that_no_new_address_comes(aws: MotoAccount) -> None:
    target = AnInstanceWithElasticAddresses().make()
    changes = planned(RECIPE, target, aws).changes
    assert [one.after for one in changes] == [False, ABSENT, ABSENT]
    apply(RECIPE, target, planned(RECIPE, target, aws), aws)
    assert public_address(target.resource.name) is None


def test_an_elastic_ip_is_kept_and_comes_back_the_same(aws: MotoAccount) -> None:
    target = AnInstanceWithElasticAddresses().make()
    had, done = public_address(target.resource.name), planned(RECIPE, target, aws)
    apply(RECIPE, target, done, aws)
    assert len(plain_client("ec2").describe_addresses()["Addresses"]) == 2
    apply(RECIPE, target, undone(RECIPE, target, done, aws), aws)
    assert public_address(target.resource.name) == had


def test_an_automatic_address_comes_back_as_another_one(aws: MotoAccount) -> None:
    target = AnInstanceWithAnAutomaticAddress().make()
    had, done = public_address(target.resource.name), planned(RECIPE, target, aws)
    apply(RECIPE, target, done, aws)
    assert public_address(target.resource.name) is None
    apply(RECIPE, target, undone(RECIPE, target, done, aws), aws)
    assert public_address(target.resource.name) not in {None, had}


def test_an_elastic_ip_that_serves_another_instance_since_is_not_taken_from_it(aws: MotoAccount) -> None:
    instance, other = run_instance(public=False), run_instance(public=False)
    allocation = give_elastic_ip(primary_of(instance))
    target = targeted(RemovePublicAddress, instance["InstanceId"])
    setting = planned(RECIPE, target, aws).changes[0].setting
    plain_client("ec2").associate_address(
        AllocationId=allocation, NetworkInterfaceId=primary_of(other), AllowReassociation=True
    )
    RECIPE.write(target, setting, ABSENT, aws)
    assert public_address(other["InstanceId"]) is not None


def test_a_private_instance_is_compliant(aws: MotoAccount) -> None:
    private = targeted(RemovePublicAddress, run_instance(public=False)["InstanceId"])
    assert isinstance(plan(RECIPE, private, aws), Compliant)


def test_a_stopped_instance_is_planned_too(aws: MotoAccount) -> None:
    target = AnInstanceWithAnAutomaticAddress().make()
    plain_client("ec2").stop_instances(InstanceIds=[target.resource.name])
    assert isinstance(plan(RECIPE, target, aws), Changes)


def test_the_evidence_says_that_an_internet_gateway_is_the_only_way_out(aws: MotoAccount) -> None:
    instance = run_instance()
    ec2 = plain_client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=instance["VpcId"])
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [instance["VpcId"]]}])["RouteTables"][0]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    outcome = plan(RECIPE, targeted(RemovePublicAddress, instance["InstanceId"]), aws)
    assert answers(outcome)["Can it still reach the internet?"].startswith(f"no: its way out is {gateway}")


def test_the_evidence_says_that_an_auto_scaling_group_makes_new_ones(aws: MotoAccount) -> None:
    instance = run_instance()["InstanceId"]
    tags = [{"Key": "aws:autoscaling:groupName", "Value": "web"}]
    plain_client("ec2").create_tags(Resources=[instance], Tags=tags)
    outcome = plan(RECIPE, targeted(RemovePublicAddress, instance), aws)
    assert answers(outcome)["Will it come back public?"] == "yes: the Auto Scaling group web makes new ones"


def test_calls_without_a_token_are_counted(aws: MotoAccount) -> None:
    instance = run_instance(MetadataOptions={"HttpTokens": "optional"})["InstanceId"]
    which = [{"Name": "InstanceId", "Value": instance}]
    an_hour_ago = datetime.now(tz=UTC) - timedelta(hours=1)
    figures = {"MetricName": "MetadataNoToken", "Dimensions": which, "Value": 7.0, "Timestamp": an_hour_ago}
    plain_client("cloudwatch").put_metric_data(Namespace="AWS/EC2", MetricData=[figures])
    outcome = plan(RequireImdsV2(), targeted(RequireImdsV2, instance), aws)
    assert answers(outcome)["Does software on it still read without a token?"] == "7 calls without a token in 14 days"
