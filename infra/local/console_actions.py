"""Console actions: AWS calls that change a sandbox resource outside the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Json = dict[str, Any]
Actions = Iterator[Json]

_WORLD: Final = "0.0.0.0/0"
_BLOCKS: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def actions_of(resource: Mapping[str, Any]) -> list[Json]:
    """Return the resource's actions: a label, and the arguments of /sandbox/call besides account and Region."""
    offered = _OFFERED.get(resource["type"])
    return list(offered(resource, resource["settings"])) if offered else []


def _action(label: str, call: str, **params: Any) -> Json:
    service, _, operation = call.partition(":")
    return {"label": label, "service": service, "operation": operation, "params": params}


def _bucket(resource: Mapping[str, Any], settings: Mapping[str, Any]) -> Actions:
    name, block = resource["name"], settings["PublicAccessBlock"]
    half = {setting: setting in _BLOCKS[:2] for setting in _BLOCKS}
    whole = dict.fromkeys(_BLOCKS, True)
    for label, wanted in (("Block half of public access", half), ("Block all public access", whole)):
        if block != wanted:
            yield _action(label, "s3:PutPublicAccessBlock", Bucket=name, PublicAccessBlockConfiguration=wanted)
    if block:
        yield _action("Remove the public access block", "s3:DeletePublicAccessBlock", Bucket=name)


def _group(resource: Mapping[str, Any], settings: Mapping[str, Any]) -> Actions:
    rules = settings["InboundRules"]
    if not any(rule["FromPort"] == rule["ToPort"] == 22 and rule["Source"] == _WORLD for rule in rules):  # noqa: PLR2004 - SSH
        rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": _WORLD}]}
        yield _action(
            "Open tcp 22 to the world",
            "ec2:AuthorizeSecurityGroupIngress",
            GroupId=resource["id"],
            IpPermissions=[rule],
        )
    for rule in rules:
        if rule["Source"] in (_WORLD, "::/0"):
            yield _action(
                f"Close {_ports(rule)} from {rule['Source']}",
                "ec2:RevokeSecurityGroupIngress",
                GroupId=resource["id"],
                SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]],
            )


def _ports(rule: Mapping[str, Any]) -> str:
    if rule["IpProtocol"] == "-1":
        return "all"
    first, last = rule["FromPort"], rule["ToPort"]
    return f"{rule['IpProtocol']} {first if first == last else f'{first}–{last}'}"


def _user(resource: Mapping[str, Any], settings: Mapping[str, Any]) -> Actions:
    for key in settings["AccessKeys"]:
        wanted = "Inactive" if key["Status"] == "Active" else "Active"
        yield _action(
            f"Make {key['AccessKeyId']} {wanted.lower()}",
            "iam:UpdateAccessKey",
            UserName=resource["name"],
            AccessKeyId=key["AccessKeyId"],
            Status=wanted,
        )


def _database(resource: Mapping[str, Any], settings: Mapping[str, Any]) -> Actions:
    public = settings["PubliclyAccessible"]
    yield _action(
        "Make it private" if public else "Make it public",
        "rds:ModifyDBInstance",
        DBInstanceIdentifier=resource["name"],
        PubliclyAccessible=not public,
        ApplyImmediately=True,
    )


def _key(resource: Mapping[str, Any], settings: Mapping[str, Any]) -> Actions:
    on = settings["KeyRotationEnabled"]
    call = "kms:DisableKeyRotation" if on else "kms:EnableKeyRotation"
    yield _action("Stop the rotation" if on else "Rotate it every year", call, KeyId=resource["id"])


def _subnet(resource: Mapping[str, Any], settings: Mapping[str, Any]) -> Actions:
    on = settings["MapPublicIpOnLaunch"]
    yield _action(
        "Give no public addresses" if on else "Give public addresses at launch",
        "ec2:ModifySubnetAttribute",
        SubnetId=resource["id"],
        MapPublicIpOnLaunch={"Value": not on},
    )


_OFFERED: Final[dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Actions]]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::EC2::SecurityGroup": _group,
    "AWS::IAM::User": _user,
    "AWS::RDS::DBInstance": _database,
    "AWS::KMS::Key": _key,
    "AWS::EC2::Subnet": _subnet,
}
