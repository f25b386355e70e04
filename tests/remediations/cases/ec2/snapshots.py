"""Cases of `bot.remediations.ec2.snapshots`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.snapshots import BlockPublicSnapshots, UnshareSnapshots
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, Indestructible, targeted

PARTNER = "210987654321"


def make_snapshot(*, public: bool) -> str:
    ec2 = plain_client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    made: str = ec2.create_snapshot(VolumeId=volume, Description=PLANTED)["SnapshotId"]
    if public:
        share_snapshot(made, GroupNames=["all"])
    return made


def share_snapshot(snapshot_id: str, **whom: Any) -> None:
    plain_client("ec2").modify_snapshot_attribute(
        SnapshotId=snapshot_id, Attribute="createVolumePermission", OperationType="add", **whom
    )


class PublicSnapshots(Case):
    """Two public snapshots, one of them also shared with a partner, and a private one."""

    remediation = UnshareSnapshots
    two_valued = True

    def make(self) -> Target:
        self.first, _ = make_snapshot(public=True), make_snapshot(public=True)
        make_snapshot(public=False)
        return targeted(UnshareSnapshots, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        share_snapshot(self.first, UserIds=[PARTNER])

    def beside(self, target: Target) -> Any:
        answer = plain_client("ec2").describe_snapshot_attribute(
            SnapshotId=self.first, Attribute="createVolumePermission"
        )
        return [one for one in answer["CreateVolumePermissions"] if "UserId" in one]

    def edit_same(self, target: Target) -> None:
        for one in plain_client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"][:2]:
            share_snapshot(one["SnapshotId"], GroupNames=["all"])

    def destroy(self, target: Target) -> None:
        raise Indestructible


class SnapshotsThatCanBeMadePublic(Case):
    remediation = BlockPublicSnapshots

    def make(self) -> Target:
        make_snapshot(public=True)
        return targeted(BlockPublicSnapshots, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        share_snapshot(make_snapshot(public=False), UserIds=[PARTNER])

    def beside(self, target: Target) -> Any:
        return len(plain_client("ec2").describe_snapshots(RestorableByUserIds=[PARTNER])["Snapshots"])

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").enable_snapshot_block_public_access(State="block-new-sharing")

    def destroy(self, target: Target) -> None:
        raise Indestructible
