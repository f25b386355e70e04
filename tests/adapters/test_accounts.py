"""Assuming roles in member accounts, session policies, and the record of calls; against moto's STS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from bot.adapters.aws.accounts import CallerAccount, StsAccounts, client_config
from bot.adapters.clock import ManualClock, SystemClock
from bot.adapters.memory.accounts import MemoryAccounts
from bot.adapters.memory.faults import FaultPlan
from bot.domain.canonical import Secret
from bot.domain.errors import BadInput, Busy, Refusal, Unknown
from bot.domain.ports import Call, RoleSession
from bot.domain.resource import Resource
from infra.local.cloud import CustomerCloud

CUSTOMER = "222233334444"
BUCKET = Resource("aws", CUSTOMER, "eu-west-1", "AWS::S3::Bucket", "arn:aws:s3:::exports")
ROLE = Resource("aws", CUSTOMER, "global", "AWS::IAM::Role", f"arn:aws:iam::{CUSTOMER}:role/app")
SESSION = RoleSession("01RUN", "U01DANA", {"Version": "2012-10-17", "Statement": []})
START = datetime(2025, 9, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def cloud() -> Iterator[CustomerCloud]:
    with CustomerCloud() as running:
        yield running


def accounts_over(sts: Any, endpoint: str = "", clock: Any = None) -> StsAccounts:
    return StsAccounts(
        sts,
        clock or SystemClock(),
        lambda: b"key of the deployment",
        reader_role="cspm-reader",
        remediation_role="cspm-remediation",
        external_id="between-us",
        endpoint=endpoint,
    )


@pytest.fixture
def accounts(cloud: CustomerCloud) -> StsAccounts:
    sts = boto3.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=cloud.endpoint,
        aws_access_key_id="999900001111",
        aws_secret_access_key="local",
    )
    return accounts_over(sts, cloud.endpoint)


class Sts:
    """A stubbed STS that records its calls."""

    def __init__(self) -> None:
        self.client: Any = boto3.client(
            "sts", region_name="eu-west-1", aws_access_key_id="example", aws_secret_access_key="example"
        )
        self.stub = Stubber(self.client)
        self.stub.activate()

    def gives(self, expires: datetime, **expected: Any) -> None:
        credentials = {
            "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "secret",
            "SessionToken": "token",
            "Expiration": expires,
        }
        self.stub.add_response("assume_role", {"Credentials": credentials}, expected or None)


@pytest.fixture
def sts() -> Sts:
    return Sts()


def test_a_reader_sees_the_account_of_the_resource_and_its_calls_are_recorded(
    accounts: StsAccounts, cloud: CustomerCloud
) -> None:
    cloud.client("s3", CUSTOMER).create_bucket(
        Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    calls: list[Call] = []
    account = accounts.reader(BUCKET, calls.append)
    assert account.account_id == CUSTOMER
    assert [each["Name"] for each in account.client("s3").list_buckets()["Buckets"]] == ["exports"]
    assert calls == [Call("s3", "ListBuckets")]


def test_the_error_of_a_call_is_recorded_with_it(accounts: StsAccounts) -> None:
    calls: list[Call] = []
    with pytest.raises(ClientError):
        accounts.reader(BUCKET, calls.append).client("s3").get_bucket_policy(Bucket="nobody-has-this-bucket")
    assert calls == [Call("s3", "GetBucketPolicy", "NoSuchBucket")]


def test_account_level_calls_reach_the_local_accounts(accounts: StsAccounts) -> None:
    calls: list[Call] = []
    client = accounts.reader(BUCKET, calls.append).client("s3control")
    with pytest.raises(ClientError):
        client.get_public_access_block(AccountId=CUSTOMER)
    assert [(each.service, each.operation) for each in calls] == [("s3control", "GetPublicAccessBlock")]


def test_a_call_without_an_answer_is_recorded_too(cloud: CustomerCloud, sts: Sts) -> None:
    assert cloud.endpoint
    sts.gives(datetime(2100, 1, 1, tzinfo=UTC))
    calls: list[Call] = []
    account = accounts_over(sts.client, "http://127.0.0.1:9").remediator(BUCKET, SESSION, calls.append)
    with pytest.raises(Exception, match=r"127\.0\.0\.1:9"):
        account.client("s3").list_buckets()
    assert [(each.operation, bool(each.error)) for each in calls] == [("ListBuckets", True)]


def test_a_remediator_carries_the_run_the_person_and_the_narrowing(sts: Sts) -> None:
    sts.gives(
        datetime(2100, 1, 1, tzinfo=UTC),
        RoleArn=f"arn:aws:iam::{CUSTOMER}:role/cspm-remediation",
        ExternalId="between-us",
        RoleSessionName="01RUN",
        SourceIdentity="U01DANA",
        Policy='{"Version":"2012-10-17","Statement":[]}',
        DurationSeconds=ANY,
    )
    assert accounts_over(sts.client).remediator(BUCKET, SESSION, print).account_id == CUSTOMER


def test_every_remediator_is_a_session_of_its_own(accounts: StsAccounts) -> None:
    def identity(run: str) -> str:
        account = accounts.remediator(BUCKET, RoleSession(run, "U01DANA"), lambda _: None)
        return str(account.client("sts").get_caller_identity()["Arn"])

    assert identity("01ONE").endswith("cspm-remediation/01ONE")
    assert identity("01TWO").endswith("cspm-remediation/01TWO")


def test_a_name_that_sts_does_not_take_is_made_fit(sts: Sts) -> None:
    sts.gives(
        datetime(2100, 1, 1, tzinfo=UTC),
        RoleArn=ANY,
        ExternalId=ANY,
        DurationSeconds=ANY,
        RoleSessionName="run-1-2",
        SourceIdentity="policy-v1",
    )
    accounts_over(sts.client).remediator(BUCKET, RoleSession("run/1 2", "policy:v1"), print)


def test_the_role_is_that_of_the_partition(sts: Sts) -> None:
    sts.gives(
        datetime(2100, 1, 1, tzinfo=UTC),
        RoleArn=f"arn:aws-cn:iam::{CUSTOMER}:role/cspm-reader",
        ExternalId=ANY,
        DurationSeconds=ANY,
        RoleSessionName=ANY,
    )
    there = Resource("aws-cn", CUSTOMER, "global", "AWS::IAM::Role", f"arn:aws-cn:iam::{CUSTOMER}:role/app")
    client = accounts_over(sts.client).reader(there, print).client("iam")
    assert client.meta.region_name == "cn-north-1" or "amazonaws.com.cn" in client.meta.endpoint_url


def test_a_readers_credentials_are_used_again_until_they_are_nearly_over(sts: Sts) -> None:
    clock = ManualClock(START)
    accounts = accounts_over(sts.client, clock=clock)
    sts.gives(datetime(2025, 9, 21, 9, 15, tzinfo=UTC))
    accounts.reader(BUCKET, print)
    clock.advance(minutes=9)
    accounts.reader(ROLE, print)
    sts.stub.assert_no_pending_responses()
    clock.advance(minutes=2)
    sts.gives(datetime(2025, 9, 21, 9, 30, tzinfo=UTC))
    accounts.reader(BUCKET, print)
    sts.stub.assert_no_pending_responses()


def test_a_role_that_cannot_be_assumed_is_unknown_with_a_hint(sts: Sts) -> None:
    sts.stub.add_client_error("assume_role", "AccessDenied", "not authorized to perform: sts:AssumeRole")
    with pytest.raises(Unknown, match=r"role/cspm-reader: AccessDenied.*member\.yaml.*cspm doctor"):
        accounts_over(sts.client).reader(BUCKET, print)


def test_a_throttled_sts_is_busy(sts: Sts) -> None:
    sts.stub.add_client_error("assume_role", "Throttling")
    with pytest.raises(Busy):
        accounts_over(sts.client).reader(BUCKET, print)


def test_a_session_policy_that_is_too_long_is_refused_before_any_call(sts: Sts) -> None:
    role_session = RoleSession("01RUN", "U01", {"Statement": ["x" * 2048]})
    with pytest.raises(Refusal, match="2048"):
        accounts_over(sts.client).remediator(BUCKET, role_session, print)


def test_a_client_works_in_the_targets_region_by_default(accounts: StsAccounts) -> None:
    account = accounts.reader(BUCKET, print)
    assert account.client("ec2").meta.region_name == "eu-west-1"
    assert account.client("ec2", "us-west-2").meta.region_name == "us-west-2"
    assert account.client("ec2") is account.client("ec2")
    assert accounts.reader(ROLE, print).client("config").meta.region_name == "us-east-1"


def test_a_remediator_tries_once_and_a_reader_three_times(accounts: StsAccounts) -> None:
    def attempts(account: Any) -> int:
        return int(account.client("s3").meta.config.retries["total_max_attempts"])

    assert attempts(accounts.remediator(BUCKET, SESSION, print)) == 1
    assert attempts(accounts.reader(BUCKET, print)) == 3


def test_a_client_waits_three_seconds_to_connect_and_ten_to_read() -> None:
    config: Any = client_config(1)
    assert (config.connect_timeout, config.read_timeout) == (3, 10)


def test_a_secret_is_known_by_its_keyed_hash(accounts: StsAccounts) -> None:
    account = accounts.reader(BUCKET, print)
    assert account.secret("hunter2") == Secret.of("hunter2", b"key of the deployment")


def own(cloud: CustomerCloud, account: str) -> CallerAccount:
    session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="local", region_name="eu-west-1")
    return CallerAccount(session, endpoint=cloud.endpoint)


def test_the_callers_credentials_read_their_account(cloud: CustomerCloud) -> None:
    calls: list[Call] = []
    account = own(cloud, CUSTOMER).reader(BUCKET, calls.append)
    account.client("s3").list_buckets()
    assert calls == [Call("s3", "ListBuckets")]
    assert account.secret("a") == account.secret("a")


def test_the_callers_credentials_of_another_account_are_rejected(cloud: CustomerCloud) -> None:
    with pytest.raises(BadInput, match=f"555566667777.*{CUSTOMER}"):
        own(cloud, "555566667777").reader(BUCKET, print)


def test_the_command_line_changes_nothing(cloud: CustomerCloud) -> None:
    with pytest.raises(Refusal):
        own(cloud, CUSTOMER).remediator(BUCKET, SESSION, print)


def test_accounts_in_memory_note_who_was_entered_and_why() -> None:
    accounts = MemoryAccounts(lambda resource, record: (resource, record))  # type: ignore[arg-type, return-value]
    accounts.reader(BUCKET, print)
    accounts.remediator(BUCKET, SESSION, print)
    accounts.failures[CUSTOMER] = Unknown("no role")
    with pytest.raises(Unknown):
        accounts.reader(BUCKET, print)
    assert accounts.read == [BUCKET, BUCKET]
    assert accounts.sessions == [(BUCKET, SESSION)]
    assert isinstance(accounts.faults, FaultPlan)
