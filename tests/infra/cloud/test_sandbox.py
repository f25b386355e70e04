from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.cloud import CustomerCloud, sandbox_call
from infra.local.inventory import describe
from infra.local.sandbox import ACCOUNTS, PAYMENTS_DEV, PROD_DATA, seed

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def seeded() -> Iterator[CustomerCloud]:
    with CustomerCloud() as cloud:
        seed(cloud, NOW)
        yield cloud


def one(cloud: CustomerCloud, name: str) -> dict[str, Any]:
    (found,) = [item for item in describe(cloud) if item["name"] == name]
    return found


def test_both_accounts_are_described_with_json_values(seeded: CustomerCloud) -> None:
    described = describe(seeded)
    assert {item["account"] for item in described} == set(ACCOUNTS) == {PROD_DATA, PAYMENTS_DEV}
    assert set(described[0]) == {"account", "region", "type", "id", "name", "settings", "tags"}
    assert json.loads(json.dumps(described)) == described


def test_seeding_is_not_in_the_call_record(seeded: CustomerCloud) -> None:
    assert seeded.calls.of(writes_only=True) == []


def test_every_resource_is_described_once(seeded: CustomerCloud) -> None:
    keys = [(item["account"], item["region"], item["type"], item["id"]) for item in describe(seeded)]
    assert len(keys) == len(set(keys))


def test_the_same_names_and_ids_come_each_time(seeded: CustomerCloud) -> None:
    before = {(item["name"], item["id"].rsplit("/", 1)[-1]) for item in describe(seeded)}
    seeded.stop()
    seeded.start()
    seed(seeded, NOW)
    assert {(item["name"], item["id"].rsplit("/", 1)[-1]) for item in describe(seeded)} == before


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("acme-payroll-exports", "PublicAccessBlock", None),
        ("acme-payroll-exports", "PublicGrants", ["AllUsers:READ", "AllUsers:WRITE"]),
        ("acme-website-assets", "Website", True),
        ("acme-website-assets", "PolicyIsPublic", True),
        ("acme-partner-dropbox", "PolicyIsPublic", False),
        ("ml-trainer-01", "HttpTokens", "optional"),
        ("prod-data-public-a", "MapPublicIpOnLaunch", True),
        ("prod-data-private-b", "MapPublicIpOnLaunch", False),
        ("alias/payroll-data", "KeyRotationEnabled", False),
        ("reporting-db", "PubliclyAccessible", True),
        ("payroll-alerts", "KmsMasterKeyId", None),
        ("payroll-events", "SqsManagedSseEnabled", False),
        ("prod-data-trail", "LogFileValidationEnabled", False),
    ],
)
def test_a_resource_has_the_setting_that_its_story_needs(
    seeded: CustomerCloud, name: str, setting: str, value: Any
) -> None:
    assert one(seeded, name)["settings"][setting] == value


def test_one_bucket_has_a_half_closed_block(seeded: CustomerCloud) -> None:
    block = one(seeded, "acme-analytics-raw")["settings"]["PublicAccessBlock"]
    assert sorted(block.values()) == [False, False, True, True]


def test_instances_have_each_kind_of_public_address(seeded: CustomerCloud) -> None:
    def owners(name: str) -> list[str | None]:
        return [item["IpOwnerId"] for item in one(seeded, name)["settings"]["NetworkInterfaces"]]

    assert owners("payroll-batch-01") == ["amazon"]
    assert owners("vpn-gateway-01") == [PROD_DATA]
    assert owners("etl-router-01") == ["amazon", PROD_DATA]
    assert owners("orders-api-01") == [None]


def test_access_keys_are_as_old_as_their_story_says(seeded: CustomerCloud) -> None:
    def ages(name: str) -> list[int]:
        keys = one(seeded, name)["settings"]["AccessKeys"]
        return [(NOW - datetime.fromisoformat(key["CreateDate"])).days for key in keys]

    assert ages("ci-deployer") == [412]
    assert ages("backup-agent") == [500, 12]
    assert one(seeded, "legacy-reporting")["settings"]["AccessKeys"][0]["LastUsedDate"] is None


def test_tags_name_owner_and_environment_and_one_stack(seeded: CustomerCloud) -> None:
    tags = one(seeded, "payroll-batch-01")["tags"]
    assert (tags["owner"], tags["env"]) == ("payments", "prod")
    assert tags["aws:cloudformation:stack-name"] == "payroll-batch"


def test_a_change_behind_the_bots_back_is_described_at_once(seeded: CustomerCloud) -> None:
    bucket = {"Bucket": "payments-dev-scratch"}
    block = {"BlockPublicAcls": True}
    params = {**bucket, "PublicAccessBlockConfiguration": block}
    sandbox_call(seeded, PAYMENTS_DEV, "eu-west-1", "s3", "PutPublicAccessBlock", params)
    assert one(seeded, "payments-dev-scratch")["settings"]["PublicAccessBlock"]["BlockPublicAcls"] is True
    sandbox_call(seeded, PAYMENTS_DEV, "eu-west-1", "s3", "DeletePublicAccessBlock", bucket)
    assert one(seeded, "payments-dev-scratch")["settings"]["PublicAccessBlock"] is None


def test_a_database_is_private_unless_it_was_made_public(seeded: CustomerCloud) -> None:
    database = {"DBInstanceIdentifier": "scratch-db", "Engine": "postgres", "DBInstanceClass": "db.t4g.micro"}
    sandbox_call(seeded, PAYMENTS_DEV, "eu-west-1", "rds", "CreateDBInstance", database)
    assert one(seeded, "scratch-db")["settings"]["PubliclyAccessible"] is False


@pytest.mark.parametrize("operation", ["frobnicate", "meta", "__class__", "get_paginator", "Exceptions"])
def test_what_is_no_operation_is_said_to_be_none(seeded: CustomerCloud, operation: str) -> None:
    with pytest.raises(AttributeError, match="s3 has no operation"):
        sandbox_call(seeded, PAYMENTS_DEV, "eu-west-1", "s3", operation, {})
