"""Which controls fail, decided on plain resources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.detector.context import EvaluationContext
from infra.local.detector.controls import CONTROLS
from infra.local.inventory import Resource

ACCOUNT, NAME = "111122223333", "acme-papers"
NOW = datetime(2026, 9, 21, tzinfo=UTC)
EVERYBODY, EVERYBODY_V6 = "0.0.0.0/0", "::/0"
OFF = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
ON = dict.fromkeys(OFF, True)
ALL_BUT_RESTRICT = {**ON, "RestrictPublicBuckets": False}
NOT_ROTATED = {"KeyState": "Enabled", "KeyRotationEnabled": False}


def failing(kind: str, settings: dict[str, Any], **scene: Any) -> set[str]:
    resource = Resource(ACCOUNT, "eu-west-1", kind, NAME, f"arn:aws:s3:::{NAME}", NAME, settings)
    around = EvaluationContext(now=NOW, account_blocks=scene.get("blocks", {}), trail_buckets=scene.get("trails", {}))
    return {item.id for item in CONTROLS if item.resource_type == kind and item.test(resource, around) is False}


def bucket(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    policy = {"Statement": list(statements)} if statements else None
    return {"PublicAccessBlock": None, "Policy": policy, "PublicGrants": [], **more}


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": "*", **more}


def tls(**more: Any) -> dict[str, Any]:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    both = [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"]
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": both, "Condition": plain, **more}


@pytest.mark.parametrize(
    ("settings", "controls"),
    [
        (bucket(tls(), PublicAccessBlock=ON), set()),
        (bucket(tls()), {"S3.8"}),
        (bucket(tls(), PublicAccessBlock={**ON, "BlockPublicAcls": False}), {"S3.8"}),
        (bucket(PublicAccessBlock=ON), {"S3.5"}),
        (bucket(tls(), allow("s3:GetObject")), {"S3.2", "S3.8"}),
        (bucket(tls(), allow("s3:Get*")), {"S3.2", "S3.8"}),
        (bucket(tls(), allow("s3:PutObject")), {"S3.3", "S3.8"}),
        (bucket(tls(), allow("*")), {"S3.2", "S3.3", "S3.8"}),
        (bucket(tls(), allow("s3:GetObject"), PublicAccessBlock=ON), set()),
        (bucket(tls(), allow("s3:GetObject"), PublicAccessBlock=ALL_BUT_RESTRICT), {"S3.2", "S3.8"}),
        (bucket(tls(), PublicGrants=["AllUsers:READ"]), {"S3.2", "S3.8"}),
        (bucket(tls(), PublicGrants=["AllUsers:WRITE"]), {"S3.3", "S3.8"}),
        (bucket(tls(), PublicGrants=["AuthenticatedUsers:FULL_CONTROL"]), {"S3.2", "S3.3", "S3.8"}),
        (bucket(tls(), PublicGrants=["AllUsers:READ"], PublicAccessBlock={**OFF, "IgnorePublicAcls": True}), {"S3.8"}),
        (bucket(tls(Resource=f"arn:aws:s3:::{NAME}/*"), PublicAccessBlock=ON), {"S3.5"}),
        (bucket(tls(Action="s3:GetObject"), PublicAccessBlock=ON), {"S3.5"}),
        (bucket(tls(Principal={"AWS": "arn:aws:iam::1:root"}), PublicAccessBlock=ON), {"S3.5"}),
        (bucket(tls(Effect="Allow"), PublicAccessBlock=ON), {"S3.5"}),
        (bucket(tls(Principal={"AWS": "*"}), PublicAccessBlock=ON), set()),
    ],
)  # fmt: skip
def test_a_bucket_fails_by_its_policy_acl_and_block(settings: dict[str, Any], controls: set[str]) -> None:
    assert failing("AWS::S3::Bucket", settings) == controls


def test_the_accounts_block_protects_a_bucket_but_is_not_its_own() -> None:
    settings = bucket(tls(), allow("s3:GetObject"))
    assert failing("AWS::S3::Bucket", settings, blocks={ACCOUNT: ON}) == {"S3.8"}


def test_a_public_bucket_fails_for_the_trail_that_logs_into_it_only() -> None:
    settings = bucket(tls(), allow("s3:GetObject"))
    trails = {ACCOUNT: frozenset({NAME})}
    assert failing("AWS::S3::Bucket", settings, trails=trails) == {"S3.2", "S3.8", "CloudTrail.6"}
    assert failing("AWS::S3::Bucket", bucket(tls(), PublicAccessBlock=ON), trails=trails) == set()


def rule(first: int, last: int, source: str = EVERYBODY, protocol: str = "tcp") -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "Source": source}


@pytest.mark.parametrize(
    ("rules", "controls"),
    [
        ([], set()),
        ([rule(80, 80), rule(443, 443), rule(443, 443, EVERYBODY_V6)], set()),
        ([rule(22, 22)], {"EC2.13", "EC2.18", "EC2.19"}),
        ([rule(22, 22, EVERYBODY_V6)], {"EC2.13", "EC2.18", "EC2.19"}),
        ([rule(20, 25)], {"EC2.13", "EC2.18", "EC2.19"}),
        ([rule(3389, 3389)], {"EC2.14", "EC2.18", "EC2.19"}),
        ([rule(0, 65535)], {"EC2.13", "EC2.14", "EC2.18", "EC2.19"}),
        ([rule(-1, -1, protocol="-1")], {"EC2.13", "EC2.14", "EC2.18", "EC2.19"}),
        ([rule(5432, 5432)], {"EC2.18", "EC2.19"}),
        ([rule(8443, 8443)], {"EC2.18"}),
        ([rule(80, 443)], {"EC2.18", "EC2.19"}),
        ([rule(53, 53, protocol="udp")], {"EC2.18"}),
        ([rule(-1, -1, protocol="icmp")], set()),
        ([rule(22, 22, "10.0.0.0/8"), rule(22, 22, "pl-1"), rule(22, 22, "sg-1")], set()),
        ([rule(22, 22, "10.0.0.0/8"), rule(443, 443), rule(3389, 3389)], {"EC2.14", "EC2.18", "EC2.19"}),
    ],
)
def test_a_security_group_fails_by_what_everybody_reaches(rules: list[dict[str, Any]], controls: set[str]) -> None:
    assert failing("AWS::EC2::SecurityGroup", {"InboundRules": rules}) == controls


def key(days: int, status: str = "Active") -> dict[str, Any]:
    created = datetime.fromtimestamp(NOW.timestamp() - days * 86400, tz=UTC)
    return {"AccessKeyId": "AKIA", "Status": status, "CreateDate": created.isoformat()}


@pytest.mark.parametrize(
    ("kind", "settings", "controls"),
    [
        ("AWS::IAM::User", {"AccessKeys": [key(90)]}, set()),
        ("AWS::IAM::User", {"AccessKeys": [key(91)]}, {"IAM.3"}),
        ("AWS::IAM::User", {"AccessKeys": [key(400, "Inactive"), key(1)]}, set()),
        ("AWS::::Account", {"PublicAccessBlock": None, "EbsEncryptionByDefault": False}, {"S3.1", "EC2.7"}),
        ("AWS::::Account", {"PublicAccessBlock": ON, "EbsEncryptionByDefault": True}, set()),
        ("AWS::::Account", {"EbsEncryptionByDefault": True}, set()),
        ("AWS::EC2::Subnet", {"MapPublicIpOnLaunch": True}, {"EC2.15"}),
        ("AWS::KMS::Key", {**NOT_ROTATED, "KeySpec": "SYMMETRIC_DEFAULT"}, {"KMS.4"}),
        ("AWS::KMS::Key", {**NOT_ROTATED, "KeySpec": "RSA_2048"}, set()),
        ("AWS::RDS::DBInstance", {"PubliclyAccessible": True}, {"RDS.2"}),
        ("AWS::SNS::Topic", {"KmsMasterKeyId": None}, {"SNS.1"}),
        ("AWS::SQS::Queue", {"KmsMasterKeyId": None, "SqsManagedSseEnabled": False}, {"SQS.1"}),
        ("AWS::SQS::Queue", {"KmsMasterKeyId": None, "SqsManagedSseEnabled": True}, set()),
        ("AWS::CloudTrail::Trail", {"LogFileValidationEnabled": False}, {"CloudTrail.4"}),
    ],
)  # fmt: skip
def test_other_resources_fail_by_their_one_setting(kind: str, settings: dict[str, Any], controls: set[str]) -> None:
    assert failing(kind, settings) == controls


@pytest.mark.parametrize(
    ("listener", "controls"),
    [
        ({"Protocol": "HTTP", "DefaultAction": "forward", "RedirectProtocol": None}, {"ELB.1"}),
        ({"Protocol": "HTTP", "DefaultAction": "redirect", "RedirectProtocol": "HTTPS"}, set()),
        ({"Protocol": "HTTPS", "DefaultAction": "forward", "RedirectProtocol": None}, set()),
    ],
)
def test_a_load_balancer_fails_by_a_plain_listener(listener: dict[str, Any], controls: set[str]) -> None:
    kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    assert failing(kind, {"Type": "application", "Listeners": [listener]}) == controls


@pytest.mark.parametrize(
    ("tokens", "endpoint", "public", "controls"),
    [
        ("optional", "enabled", None, {"EC2.8"}),
        ("optional", "disabled", None, set()),
        ("required", "enabled", "52.16.0.1", {"EC2.9"}),
        ("required", "enabled", None, set()),
    ],
)
def test_an_instance_fails_by_its_metadata_and_its_address(
    tokens: str, endpoint: str, public: str | None, controls: set[str]
) -> None:
    settings = {"HttpTokens": tokens, "HttpEndpoint": endpoint, "NetworkInterfaces": [{"PublicIp": public}]}
    assert failing("AWS::EC2::Instance", settings) == controls
