"""Which snapshots everybody may restore, and the account's block against it."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.cloud import CustomerCloud
from infra.local.sandbox.accounts import AccountRegion
from tests.infra.cloud.conftest import ACCOUNT


@pytest.fixture
def ec2(cloud: CustomerCloud) -> Any:
    return AccountRegion(cloud, ACCOUNT).client("ec2")


def test_the_snapshots_that_everybody_may_restore_are_found(ec2: Any) -> None:
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    public, _private = (ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(2))
    ec2.modify_snapshot_attribute(
        SnapshotId=public, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    found = ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["all"])["Snapshots"]
    assert [one["SnapshotId"] for one in found] == [public]


def test_the_block_is_off_until_it_is_put_on(ec2: Any) -> None:
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "block-all-sharing"
    ec2.disable_snapshot_block_public_access()
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
