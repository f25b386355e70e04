from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud, client_config, sandbox_call

ACCOUNT, OTHER, HUB = "111122223333", "444455556666", "999900001111"


def assume(cloud: CustomerCloud, account: str, service: str, **identity: str) -> Any:
    role = {"RoleArn": f"arn:aws:iam::{account}:role/cspm-remediation", "RoleSessionName": "run-01", **identity}
    given = cloud.client("sts", HUB).assume_role(**role)["Credentials"]
    session: Any = boto3.Session()
    return session.client(
        service,
        region_name="eu-west-1",
        endpoint_url=cloud.endpoint,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        config=client_config(cloud.endpoint),
    )


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as raised:
        call()
    return str(raised.value.response["Error"]["Code"])


def test_the_server_listens_on_this_machine_only(cloud: CustomerCloud) -> None:
    assert cloud.endpoint.startswith("http://127.0.0.1:")


def test_an_assumed_role_is_in_the_account_of_its_arn(cloud: CustomerCloud) -> None:
    sandbox_call(cloud, OTHER, "eu-west-1", "sns", "CreateTopic", {"Name": "alerts"})
    assert len(assume(cloud, OTHER, "sns").list_topics()["Topics"]) == 1
    assert assume(cloud, ACCOUNT, "sns").list_topics()["Topics"] == []


def test_an_access_key_of_twelve_digits_is_that_account(cloud: CustomerCloud) -> None:
    assert cloud.client("sts", OTHER).get_caller_identity()["Account"] == OTHER


def test_an_unknown_access_key_is_in_the_home_account(cloud: CustomerCloud) -> None:
    assert cloud.client("sts", "UNKNOWN").get_caller_identity()["Account"] == HUB


def test_a_call_is_recorded_with_who_made_it(cloud: CustomerCloud) -> None:
    assume(cloud, OTHER, "iam", SourceIdentity="U01DANA").create_user(UserName="robot")
    (call,) = cloud.calls.of(OTHER)
    assert (call.action, call.params, call.status, call.error) == ("iam:CreateUser", {"UserName": "robot"}, 200, None)
    assert (call.session_name, call.source_identity) == ("run-01", "U01DANA")
    assert call.role_arn == f"arn:aws:iam::{OTHER}:role/cspm-remediation"


def test_a_chained_role_keeps_its_source_identity(cloud: CustomerCloud) -> None:
    first = assume(cloud, HUB, "sts", SourceIdentity="U01DANA")
    role = f"arn:aws:iam::{OTHER}:role/next"
    assert first.assume_role(RoleArn=role, RoleSessionName="run-02")["SourceIdentity"] == "U01DANA"


def test_a_refused_call_is_recorded_with_its_error(cloud: CustomerCloud) -> None:
    s3 = cloud.client("s3", ACCOUNT)
    assert code_of(lambda: s3.get_bucket_policy(Bucket="nowhere-at-all")) == "NoSuchBucket"
    (call,) = cloud.calls.of(ACCOUNT)
    assert (call.action, call.error, call.status) == ("s3:GetBucketPolicy", "NoSuchBucket", 404)


@pytest.mark.parametrize(
    ("service", "operation", "params", "named"),
    [
        ("ec2", "describe_subnets", {}, "ec2:DescribeSubnets"),
        ("s3", "list_buckets", {}, "s3:ListBuckets"),
        ("sqs", "list_queues", {}, "sqs:ListQueues"),
        ("kms", "list_keys", {}, "kms:ListKeys"),
        ("securityhub", "get_findings", {}, "securityhub:GetFindings"),
        ("elbv2", "describe_load_balancers", {}, "elbv2:DescribeLoadBalancers"),
        ("cloudtrail", "describe_trails", {}, "cloudtrail:DescribeTrails"),
        ("rds", "describe_db_instances", {}, "rds:DescribeDBInstances"),
    ],
)
def test_calls_of_every_protocol_are_recorded_by_their_own_name(
    cloud: CustomerCloud, service: str, operation: str, params: dict[str, Any], named: str
) -> None:
    sandbox_call(cloud, ACCOUNT, "eu-west-1", service, operation, params)
    assert [(call.action, call.region, call.writes) for call in cloud.calls] == [(named, "eu-west-1", False)]


def test_secrets_and_bodies_are_not_in_the_record(cloud: CustomerCloud) -> None:
    rds = {"DBInstanceIdentifier": "db", "Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
    secret = {"MasterUsername": "root", "MasterUserPassword": "planted-secret"}
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "rds", "CreateDBInstance", {**rds, **secret})
    sandbox_call(cloud, ACCOUNT, "us-east-1", "s3", "CreateBucket", {"Bucket": "papers"})
    sandbox_call(
        cloud, ACCOUNT, "us-east-1", "s3", "PutObject", {"Bucket": "papers", "Key": "a", "Body": b"planted-secret"}
    )
    assert [call.operation for call in cloud.calls] == ["CreateDBInstance", "CreateBucket", "PutObject"]
    assert "planted-secret" not in str(list(cloud.calls))


def test_only_calls_that_may_change_something_raise_the_version(cloud: CustomerCloud) -> None:
    before = cloud.calls.version(ACCOUNT, "sns")
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "sns", "ListTopics", {})
    assert cloud.calls.version(ACCOUNT, "sns") == before
    sandbox_call(cloud, ACCOUNT, "eu-west-1", "sns", "CreateTopic", {"Name": "alerts"})
    assert cloud.calls.version(ACCOUNT, "sns") > before


def test_unrecorded_changes_raise_the_version_too(cloud: CustomerCloud) -> None:
    cloud.client("sns", ACCOUNT, recorded=False).create_topic(Name="alerts")
    assert cloud.calls.version(ACCOUNT, "sns") > 0
    assert len(cloud.calls) == 0


def test_unrecorded_calls_are_not_in_the_log(cloud: CustomerCloud) -> None:
    cloud.client("ec2", ACCOUNT, recorded=False).describe_subnets()
    assert len(cloud.calls) == 0


def test_the_accounts_are_empty_after_a_new_start() -> None:
    for _ in range(2):
        with CustomerCloud() as cloud:
            assert sandbox_call(cloud, ACCOUNT, "eu-west-1", "sns", "ListTopics", {})["Topics"] == []
            sandbox_call(cloud, ACCOUNT, "eu-west-1", "sns", "CreateTopic", {"Name": "alerts"})


@pytest.mark.usefixtures("cloud")
def test_a_second_cloud_in_the_same_process_is_refused() -> None:
    with pytest.raises(RuntimeError, match="in use"):
        CustomerCloud().start()


def test_stopping_twice_is_harmless() -> None:
    cloud = CustomerCloud()
    cloud.start()
    cloud.stop()
    cloud.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = cloud.endpoint


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("ec2", "describe_vpcs", "ec2:DescribeVpcs"),
        ("s3", "list_buckets", "s3:List*"),
        ("sns", "list_topics", "sns:*"),
        ("kms", "list_keys", "kms:ListKeys"),
        ("securityhub", "get_findings", "securityhub:GetFindings"),
        ("iam", "list_users", "*"),
    ],
)
def test_a_call_is_refused_on_demand_in_the_services_own_form(
    cloud: CustomerCloud, service: str, operation: str, action: str
) -> None:
    call = getattr(cloud.client(service, ACCOUNT), operation)
    with cloud.refusals.during(action, code="AccessDenied", account=ACCOUNT):
        assert code_of(call) == "AccessDenied"
        getattr(cloud.client(service, OTHER), operation)()
    call()
    assert [item.error for item in cloud.calls.of(ACCOUNT)] == ["AccessDenied", None]


@pytest.mark.parametrize("operation", ["PutBucketTagging", "put_bucket_tagging"])
def test_a_sandbox_call_takes_both_spellings_of_an_operation(cloud: CustomerCloud, operation: str) -> None:
    sandbox_call(cloud, ACCOUNT, "us-east-1", "s3", "CreateBucket", {"Bucket": "papers"})
    tags = {"Bucket": "papers", "Tagging": {"TagSet": [{"Key": "owner", "Value": "web"}]}}
    assert sandbox_call(cloud, ACCOUNT, "us-east-1", "s3", operation, tags) == {}


def test_a_sandbox_call_answers_json_values(cloud: CustomerCloud) -> None:
    user = sandbox_call(cloud, ACCOUNT, "eu-west-1", "iam", "CreateUser", {"UserName": "robot"})["User"]
    assert isinstance(user["CreateDate"], str)
    assert user["UserName"] == "robot"
