"""EC2 settings of one switch or word: instance metadata, subnets, encryption of new volumes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.ec2.describe import instance_of, refuse_managed, scaling_group
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, response_date, evidence_of, pluralize, gone_if, metric_value
from bot.remediations.toolkit.toggle import Toggle

_TOKENS = "metadata session tokens"


class RequireImdsV2(Remediation):
    """Let the instance's metadata be read with a session token only (IMDSv2)."""

    title = "Require IMDSv2"
    problem = "Metadata without a token"
    controls = ("EC2.8",)
    config_rules = ("EC2_IMDSV2_CHECK",)
    resource_type = "AWS::EC2::Instance"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("cloudwatch:GetMetricData", "ec2:DescribeInstances")
    writes = ("ec2:ModifyInstanceMetadataOptions",)

    def read(self, target: Target, aws: Account) -> Settings:
        """`optional` or `required`, in EC2's words. Raises Refusal for an instance that another service runs."""
        instance, _ = instance_of(aws, target)
        refuse_managed(instance)
        return {_TOKENS: instance["MetadataOptions"]["HttpTokens"]}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Required."""
        return {**settings, _TOKENS: "required"}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Only this option: those that the call does not name stay as they are."""
        aws.client("ec2").modify_instance_metadata_options(InstanceId=target.resource.name, HttpTokens=value)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who still reads metadata without a token."""
        yield evidence_of("Does software on it still read without a token?", lambda: _without_token(aws, target))
        yield evidence_of("Do containers reach the metadata?", lambda: _hops(aws, target))
        yield evidence_of("Will another one be started without it?", lambda: _successor(instance_of(aws, target)[0]))


def _without_token(aws: Account, target: Target) -> str:
    end = response_date(instance_of(aws, target)[1])
    instance = ("InstanceId", target.resource.name)
    calls = metric_value(aws.client("cloudwatch"), ("AWS/EC2", "MetadataNoToken"), instance, "Sum", end)
    if calls is None:
        return f"CloudWatch has no figures of the last {METRIC_DAYS} days"
    return f"{pluralize(calls, 'call')} without a token in {METRIC_DAYS} days"


def _hops(aws: Account, target: Target) -> str:
    options = instance_of(aws, target)[0]["MetadataOptions"]
    limit = options.get("HttpPutResponseHopLimit", 1)
    return f"hop limit {limit}" + ("" if limit > 1 else ": containers behind a bridge do not get a token")


def _successor(instance: Mapping[str, Any]) -> str:
    group = scaling_group(instance)
    return (
        f"yes, by the launch template of the Auto Scaling group {group}" if group else "no Auto Scaling group starts it"
    )


class StopPublicAddressesAtLaunch(Toggle):
    """Let a subnet give no public address to what starts in it; what runs already keeps its own."""

    title = "Stop giving public addresses at launch"
    problem = "Subnet gives public addresses"
    controls = ("EC2.15",)
    config_rules = ("SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED",)
    resource_type = "AWS::EC2::Subnet"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
    writes = ("ec2:ModifySubnetAttribute",)
    setting = "public address at launch"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        """The subnet's MapPublicIpOnLaunch. Raises Refusal for one that another account shares."""
        with gone_if("InvalidSubnetID.NotFound"):
            found = aws.client("ec2").describe_subnets(SubnetIds=[target.resource.name])["Subnets"]
        if found[0]["OwnerId"] != target.resource.account:
            raise Refusal(f"the subnet belongs to account {found[0]['OwnerId']}, which shares it")
        return bool(found[0]["MapPublicIpOnLaunch"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """One attribute per call, as EC2 wants it."""
        aws.client("ec2").modify_subnet_attribute(SubnetId=target.resource.name, MapPublicIpOnLaunch={"Value": on})

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What lives there, as a hint at what will start there."""
        yield evidence_of("What is in the subnet now?", lambda: _inhabitants(aws, target))


def _inhabitants(aws: Account, target: Target) -> str:
    pages = aws.client("ec2").get_paginator("describe_network_interfaces")
    filters = [{"Name": "subnet-id", "Values": [target.resource.name]}]
    faces = [face for page in pages.paginate(Filters=filters) for face in page["NetworkInterfaces"]]
    public = [face for face in faces if face.get("Association", {}).get("PublicIp")]
    return f"{pluralize(len(faces), 'network interface')}, {len(public)} with a public address"


class EncryptNewVolumes(Toggle):
    """Encrypt every new EBS volume and snapshot copy of the account in this Region."""

    title = "Encrypt new EBS volumes by default"
    problem = "New volumes are not encrypted"
    controls = ("EC2.7",)
    config_rules = ("EC2_EBS_ENCRYPTION_BY_DEFAULT",)
    resource_type = "AWS::::Account"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("ec2:GetEbsEncryptionByDefault",)
    writes = ("ec2:DisableEbsEncryptionByDefault", "ec2:EnableEbsEncryptionByDefault")
    setting = "EBS encryption by default"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """The account's setting in this Region."""
        return bool(aws.client("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Existing volumes are not touched either way."""
        ec2 = aws.client("ec2")
        (ec2.enable_ebs_encryption_by_default if on else ec2.disable_ebs_encryption_by_default)()

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """These actions take no resource (Service Authorization Reference, Amazon EC2)."""
        return ("*",)
