"""Public sharing of EBS snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.ec2.declarative_policies import refuse_declarative_policy
from bot.remediations.toolkit.aws_calls import evidence_of, paginated, pluralize

EVERYBODY: Final = "everybody"
_SNAPSHOT: Final = "who may restore "
_SHARING: Final = "sharing snapshots with everybody"
BLOCKED: Final = "block-all-sharing"
UNBLOCKED: Final = "unblocked"
_LISTED: Final = 10


class UnshareSnapshots(Remediation):
    """Stop public sharing of all snapshots of the account in this Region; sharing with named accounts stays.

    The finding is about the account, so each snapshot is a separate setting, which approvers see. Public snapshots
    are those that RestorableByUserIds `all` of DescribeSnapshots selects.
    """

    title = "Stop sharing snapshots with everybody"
    problem = "Public snapshots"
    controls = ("EC2.1",)
    config_rules = ("EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",)
    resource_type = "AWS::::Account"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("ec2:DescribeImages", "ec2:DescribeSnapshots")
    writes = ("ec2:ModifySnapshotAttribute",)
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        return {f"{_SNAPSHOT}{one['SnapshotId']}": EVERYBODY for one in _public_snapshots(aws)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return dict.fromkeys(settings, ABSENT)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Add or remove the group `all`; the accounts with access stay."""
        aws.client("ec2").modify_snapshot_attribute(
            SnapshotId=setting.removeprefix(_SNAPSHOT),
            Attribute="createVolumePermission",
            OperationType="remove" if value is ABSENT else "add",
            GroupNames=["all"],
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARN of all snapshots of the Region: their ARNs have no account."""
        return (f"arn:{target.resource.partition}:ec2:{target.resource.region}::snapshot/*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("What are they?", lambda: _description(aws))
        yield evidence_of("Do images of the account use them?", lambda: _images(aws))
        yield Evidence("Which other accounts restore them?", "not known: EC2 does not tell the owner", known=False)


def _public_snapshots(aws: Account) -> list[dict[str, Any]]:
    snapshots = paginated(
        aws.client("ec2"), "describe_snapshots", "Snapshots", OwnerIds=["self"], RestorableByUserIds=["all"]
    )
    return sorted(snapshots, key=lambda one: str(one["SnapshotId"]))


def _description(aws: Account) -> str:
    snapshots = _public_snapshots(aws)
    unencrypted = [one for one in snapshots if not one.get("Encrypted")]
    listed = [f"{one['SnapshotId']} of {one.get('VolumeId', 'a volume')}, {one['VolumeSize']} GiB" for one in snapshots]
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"{pluralize(len(unencrypted), 'unencrypted snapshot')}: {'; '.join(listed[:_LISTED])}{more}"


def _images(aws: Account) -> str:
    ids = [one["SnapshotId"] for one in _public_snapshots(aws)][:200]
    filters = [{"Name": "block-device-mapping.snapshot-id", "Values": ids}]
    images = paginated(aws.client("ec2"), "describe_images", "Images", Owners=["self"], Filters=filters)
    public = [image for image in images if image.get("Public")]
    return f"{pluralize(len(images), 'image')}, {len(public)} of them public" if images else "no image"


class BlockPublicSnapshots(Remediation):
    """Block public sharing of all snapshots of the account in this Region.

    Public snapshots are treated as private while it is on, and are public again when it is turned off
    (EnableSnapshotBlockPublicAccess, `block-all-sharing`).
    """

    title = "Block public sharing of snapshots"
    problem = "Snapshots can be made public"
    controls = ("EC2.182",)
    config_rules = ("EBS_SNAPSHOT_BLOCK_PUBLIC_ACCESS",)
    resource_type = "AWS::EC2::SnapshotBlockPublicAccess"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("ec2:DescribeSnapshots", "ec2:GetSnapshotBlockPublicAccessState")
    writes = ("ec2:DisableSnapshotBlockPublicAccess", "ec2:EnableSnapshotBlockPublicAccess")
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Return `unblocked`, `block-new-sharing` or `block-all-sharing`. Raise Refusal for a declarative policy."""
        response = aws.client("ec2").get_snapshot_block_public_access_state()
        refuse_declarative_policy(response)
        return {_SHARING: response["State"]}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _SHARING: BLOCKED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        ec2 = aws.client("ec2")
        if value == UNBLOCKED:
            ec2.disable_snapshot_block_public_access()
        else:
            ec2.enable_snapshot_block_public_access(State=value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because the actions support no resource (Service Authorization Reference, Amazon EC2)."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of(
            "Which snapshots are public now?", lambda: pluralize(len(_public_snapshots(aws)), "public snapshot")
        )
