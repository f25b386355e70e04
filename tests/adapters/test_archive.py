"""The archive, in memory and on a bucket with Object Lock."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from bot.adapters.aws.archive import S3Archive
from bot.adapters.memory.archive import MemoryArchive
from bot.domain.errors import Unknown
from bot.domain.ports import Archive
from tests.aws import plain_client


def locked_bucket(client: Any) -> str:
    name = f"archive-{uuid4().hex}"
    place = {"LocationConstraint": "eu-west-1"}
    client.create_bucket(Bucket=name, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 400}}
    client.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    return name


@pytest.fixture(params=["memory", "moto", "ministack"])
def archive(request: pytest.FixtureRequest) -> Archive:
    match request.param:
        case "memory":
            return MemoryArchive()
        case "moto":
            request.getfixturevalue("moto_aws")
            client = plain_client("s3")
        case _:
            client = request.getfixturevalue("ministack").client("s3")
    return S3Archive(client, locked_bucket(client))


def test_nothing_has_no_digest(archive: Archive) -> None:
    assert archive.digest("audit/2026-09-22/09.jsonl") == ""


def test_what_is_put_has_its_digest_the_last_one(archive: Archive) -> None:
    for content in (b"one\n", b"one\ntwo\n"):
        archive.put("audit/2026-09-22/09.jsonl", content)
        assert archive.digest("audit/2026-09-22/09.jsonl") == sha256(content).hexdigest()


@pytest.mark.usefixtures("moto_aws")
def test_every_version_is_kept_and_locked() -> None:
    client = plain_client("s3")
    bucket = locked_bucket(client)
    for content in (b"one\n", b"one\ntwo\n"):
        S3Archive(client, bucket).put("audit/x", content)
    versions = client.list_object_versions(Bucket=bucket)["Versions"]
    assert len(versions) == 2
    for version in versions:
        with pytest.raises(ClientError, match="AccessDenied"):
            client.delete_object(Bucket=bucket, Key="audit/x", VersionId=version["VersionId"])


@pytest.mark.usefixtures("moto_aws")
def test_a_bucket_that_does_not_answer_is_not_taken_for_an_empty_one() -> None:
    make: Any = boto3.client
    archive = S3Archive(make("s3", region_name="eu-west-1"), "no-such-bucket")
    with pytest.raises(Unknown):
        archive.put("audit/x", b"one\n")
