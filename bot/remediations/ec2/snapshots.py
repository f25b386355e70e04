"""EBS snapshots: not everybody's, neither those that are shared now nor those of tomorrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize

EVERYBODY: Final = "everybody"
_SNAPSHOT: Final = "who may restore "
_SHARING: Final = "sharing snapshots with everybody"
BLOCKED: Final = "block-all-sharing"
UNBLOCKED: Final = "unblocked"
_NAMED: Final = 10


class UnshareSnapshots(Remediation):
    """Take "everybody" from each public snapshot of the account in this Region; named accounts keep theirs.

    The finding is about the account, so the plan names the snapshots, one setting each: the people who approve see
    which they are. `read` asks for those that everybody may restore (DescribeSnapshots, RestorableByUserIds `all`).
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
        """Each public snapshot."""
        return {f"{_SNAPSHOT}{one['SnapshotId']}": EVERYBODY for one in _public(aws)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """None of them."""
        return dict.fromkeys(settings, ABSENT)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Add or remove the group `all`, which leaves the accounts on the list alone."""
        aws.client("ec2").modify_snapshot_attribute(
            SnapshotId=setting.removeprefix(_SNAPSHOT),
            Attribute="createVolumePermission",
            OperationType="remove" if value is ABSENT else "add",
            GroupNames=["all"],
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The Region's snapshots: their ARNs have no account."""
        return (f"arn:{target.resource.partition}:ec2:{target.resource.region}::snapshot/*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What the snapshots are for, as far as the account knows."""
        yield evidence_of("What are they?", lambda: _described(aws))
        yield evidence_of("Do images of the account use them?", lambda: _images(aws))
        yield Evidence("Which other accounts restore them?", "not known: EC2 does not tell the owner", known=False)


def _public(aws: Account) -> list[dict[str, Any]]:
    pages = aws.client("ec2").get_paginator("describe_snapshots")
    mine = pages.paginate(OwnerIds=["self"], RestorableByUserIds=["all"])
    found = [one for page in mine for one in page["Snapshots"]]
    return sorted(found, key=lambda one: str(one["SnapshotId"]))


def _described(aws: Account) -> str:
    found = _public(aws)
    plain = [one for one in found if not one.get("Encrypted")]
    named = [f"{one['SnapshotId']} of {one.get('VolumeId', 'a volume')}, {one['VolumeSize']} GiB" for one in found]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"{pluralize(len(plain), 'unencrypted snapshot')}: {'; '.join(named[:_NAMED])}{more}"


def _images(aws: Account) -> str:
    ids = [one["SnapshotId"] for one in _public(aws)][:200]
    filters = [{"Name": "block-device-mapping.snapshot-id", "Values": ids}]
    pages = aws.client("ec2").get_paginator("describe_images").paginate(Owners=["self"], Filters=filters)
    images = [image for page in pages for image in page["Images"]]
    public = [image for image in images if image.get("Public")]
    return f"{pluralize(len(images), 'image')}, {len(public)} of them public" if images else "no image"


class BlockPublicSnapshots(Remediation):
    """Let EC2 refuse to share any snapshot of the account in this Region with everybody.

    Snapshots that are public are treated as private while it is on, and are public again when it goes off
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
        """EC2's word for it: `unblocked`, `block-new-sharing`, `block-all-sharing`. Raises Refusal."""
        answer = aws.client("ec2").get_snapshot_block_public_access_state()
        if answer.get("ManagedBy") == "declarative-policy":
            raise Refusal("a declarative policy of the organisation decides it: change it there")
        return {_SHARING: answer["State"]}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """All sharing is blocked."""
        return {**settings, _SHARING: BLOCKED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """To be without it is a call of its own."""
        ec2 = aws.client("ec2")
        if value == UNBLOCKED:
            ec2.disable_snapshot_block_public_access()
        else:
            ec2.enable_snapshot_block_public_access(State=value)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """These actions take no resource (Service Authorization Reference, Amazon EC2)."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What is public today."""
        yield evidence_of("Which snapshots are public now?", lambda: pluralize(len(_public(aws)), "public snapshot"))
