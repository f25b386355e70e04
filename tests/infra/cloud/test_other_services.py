"""Calls of further remediations that moto answers as AWS does, held so that a new moto cannot change them unseen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from infra.local.cloud import CustomerCloud
from infra.local.sandbox import compute, identities, services
from infra.local.sandbox.accounts import AccountRegion
from tests.infra.cloud.conftest import ACCOUNT, Clock


@pytest.fixture
def place(cloud: CustomerCloud) -> AccountRegion:
    return AccountRegion(cloud, ACCOUNT)


def test_an_access_key_is_made_inactive_and_active_again(place: AccountRegion, clock: Clock) -> None:
    identities.user(place, "robot")
    key, iam = identities.access_key(place, "robot", clock.now), place.client("iam")
    for status in ("Inactive", "Active"):
        iam.update_access_key(UserName="robot", AccessKeyId=key, Status=status)
        assert [item["Status"] for item in iam.list_access_keys(UserName="robot")["AccessKeyMetadata"]] == [status]


def test_an_access_key_is_as_old_and_as_used_as_the_sandbox_says(place: AccountRegion, clock: Clock) -> None:
    identities.user(place, "robot")
    created, used = clock.now - timedelta(days=200), clock.now - timedelta(days=1)
    key, iam = identities.access_key(place, "robot", created, used), place.client("iam")
    assert iam.list_access_keys(UserName="robot")["AccessKeyMetadata"][0]["CreateDate"] == created
    last = iam.get_access_key_last_used(AccessKeyId=key)
    assert (last["UserName"], last["AccessKeyLastUsed"]["LastUsedDate"]) == ("robot", used)


def test_an_access_key_that_was_never_used_has_no_date(place: AccountRegion, clock: Clock) -> None:
    identities.user(place, "robot")
    key = identities.access_key(place, "robot", clock.now)
    last = place.client("iam").get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]
    assert "LastUsedDate" not in last
    assert (last["ServiceName"], last["Region"]) == ("N/A", "N/A")


def test_access_keys_come_in_pages(place: AccountRegion, clock: Clock) -> None:
    identities.user(place, "robot")
    keys = {identities.access_key(place, "robot", clock.now) for _ in range(2)}
    pages = (
        place.client("iam")
        .get_paginator("list_access_keys")
        .paginate(UserName="robot", PaginationConfig={"PageSize": 1})
    )
    listed = [[key["AccessKeyId"] for key in page["AccessKeyMetadata"]] for page in pages]
    assert [len(page) for page in listed] == [1, 1]
    assert {key for page in listed for key in page} == keys


def test_user_ids_have_the_format_of_aws_config(place: AccountRegion) -> None:
    place.client("iam").create_user(UserName="robot")
    user_id = place.client("iam").get_user(UserName="robot")["User"]["UserId"]
    assert re.fullmatch(r"AIDA[A-Z0-9]{17}", user_id)


def test_rotation_of_a_key_is_turned_on_and_off(place: AccountRegion) -> None:
    arn, kms = services.key(place, "data", rotated=False), place.client("kms")
    kms.enable_key_rotation(KeyId=arn)
    assert kms.get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"] is True
    kms.disable_key_rotation(KeyId=arn)
    assert kms.get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"] is False


def test_default_encryption_of_volumes_is_turned_on_and_off(ec2: Any) -> None:
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    ec2.enable_ebs_encryption_by_default()
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True
    ec2.disable_ebs_encryption_by_default()
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False


def test_a_database_is_made_private_and_public_again(place: AccountRegion) -> None:
    services.database(place, "db", public=True)
    rds = place.client("rds")
    for public in (False, True):
        rds.modify_db_instance(DBInstanceIdentifier="db", PubliclyAccessible=public, ApplyImmediately=True)
        assert rds.describe_db_instances()["DBInstances"][0]["PubliclyAccessible"] is public


def test_every_database_has_a_resource_id_of_its_own(place: AccountRegion) -> None:
    services.database(place, "one", public=False)
    services.database(place, "two", public=False)
    ids = {item["DbiResourceId"] for item in place.client("rds").describe_db_instances()["DBInstances"]}
    assert len(ids) == 2


def test_a_topic_is_encrypted_and_not(place: AccountRegion) -> None:
    services.topic(place, "alerts")
    sns = place.client("sns")
    arn = sns.list_topics()["Topics"][0]["TopicArn"]
    for key in ("alias/aws/sns", ""):
        sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key)
        assert sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("KmsMasterKeyId", "") == key


def test_a_queue_is_encrypted_and_not(place: AccountRegion) -> None:
    services.queue(place, "events", encrypted=False)
    sqs = place.client("sqs")
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    for value in ("true", "false"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"SqsManagedSseEnabled": value})
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["SqsManagedSseEnabled"])["Attributes"]
        assert attributes["SqsManagedSseEnabled"] == value


def test_metadata_tokens_are_required_and_optional_again(ec2: Any, place: AccountRegion) -> None:
    subnet = compute.network(place, "test", "10.1")[1]
    instance = compute.instance(place, "host", subnet, [], tokens="optional")
    for tokens in ("required", "optional"):
        ec2.modify_instance_metadata_options(InstanceId=instance, HttpTokens=tokens)
        found = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
        assert found["MetadataOptions"]["HttpTokens"] == tokens


def test_changing_the_tokens_keeps_the_other_metadata_options(ec2: Any, place: AccountRegion) -> None:
    subnet = compute.network(place, "test", "10.1")[1]
    instance = compute.instance(place, "host", subnet, [], tokens="optional")
    ec2.modify_instance_metadata_options(InstanceId=instance, HttpPutResponseHopLimit=2, InstanceMetadataTags="enabled")
    ec2.modify_instance_metadata_options(InstanceId=instance, HttpTokens="required")
    options = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["MetadataOptions"]
    assert (options["HttpPutResponseHopLimit"], options["InstanceMetadataTags"]) == (2, "enabled")


def test_validation_of_a_trails_files_is_turned_on_and_off(place: AccountRegion) -> None:
    s3, cloudtrail = place.client("s3"), place.client("cloudtrail")
    s3.create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    services.trail(place, "main", "trail-logs", validated=False)
    for validated in (True, False):
        cloudtrail.update_trail(Name="main", EnableLogFileValidation=validated)
        assert cloudtrail.describe_trails()["trailList"][0]["LogFileValidationEnabled"] is validated


def test_a_listener_is_made_to_redirect(place: AccountRegion) -> None:
    compute.network(place, "test", "10.1")
    services.load_balancer(place, "web", {}, owner="web")
    elb = place.client("elbv2")
    listener = elb.describe_listeners(
        LoadBalancerArn=elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    )["Listeners"][0]
    elb.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=[services._REDIRECT])
    after = elb.describe_listeners(ListenerArns=[listener["ListenerArn"]])["Listeners"][0]["DefaultActions"][0]
    assert (after["Type"], after["RedirectConfig"]["Protocol"]) == ("redirect", "HTTPS")


def test_a_shared_snapshot_is_made_private(ec2: Any) -> None:
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]

    def shared() -> list[dict[str, str]]:
        answer = ec2.describe_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission")
        permissions: list[dict[str, str]] = answer["CreateVolumePermissions"]
        return permissions

    for way, left in (("Add", [{"Group": "all"}]), ("Remove", [])):
        ec2.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission={way: [{"Group": "all"}]})
        assert shared() == left
    everybody: dict[str, Any] = {"SnapshotId": snapshot, "Attribute": "createVolumePermission", "GroupNames": ["all"]}
    ec2.modify_snapshot_attribute(OperationType="add", **everybody)
    assert shared() == [{"Group": "all"}]
    ec2.modify_snapshot_attribute(OperationType="remove", **everybody)
    assert shared() == []
