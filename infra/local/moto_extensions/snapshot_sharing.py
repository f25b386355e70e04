"""EBS: public snapshots, and the account's block against them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from infra.local.moto_extensions.patching import replace

_describe_snapshots = ElasticBlockStore.describe_snapshots
_STATE: Final = "cspm_snapshot_sharing"
_UNBLOCKED: Final = "unblocked"


def describe_snapshots(self: ElasticBlockStore) -> ActionResult:
    """Support RestorableByUserIds.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html: "If you specify one or more
    restorable users, only snapshots with create snapshot permissions for those users are returned. [...] all for
    public snapshots". moto accepts the parameter and ignores it.
    """
    answer = _describe_snapshots(self)
    wanted = self._get_param("RestorableByUserIds", [])
    if wanted:
        answer.result["Snapshots"] = [one for one in answer.result["Snapshots"] if _restorable(one, wanted)]  # type: ignore[index] # a mapping here
    return answer


def _restorable(snapshot: Snapshot, by: Iterable[str]) -> bool:
    groups, users = snapshot.create_volume_permission_groups, snapshot.create_volume_permission_userids
    return any(one in users or one in groups or (one == "self" and snapshot.owner_id) for one in by)


def get_snapshot_block_public_access_state(self: ElasticBlockStore) -> ActionResult:
    """Return the account's state in this Region, `unblocked` by default.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSnapshotBlockPublicAccessState.html
    """
    return ActionResult({"State": getattr(self.ec2_backend, _STATE, _UNBLOCKED), "ManagedBy": "account"})


def enable_snapshot_block_public_access(self: ElasticBlockStore) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html."""
    return _set(self, self._get_param("State"))


def disable_snapshot_block_public_access(self: ElasticBlockStore) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSnapshotBlockPublicAccess.html."""
    return _set(self, _UNBLOCKED)


def _set(response: Any, state: str) -> ActionResult:
    response.error_on_dryrun()
    setattr(response.ec2_backend, _STATE, state)
    return ActionResult({"State": state})


def install() -> None:
    replace(
        ElasticBlockStore,
        describe_snapshots=describe_snapshots,
        get_snapshot_block_public_access_state=get_snapshot_block_public_access_state,
        enable_snapshot_block_public_access=enable_snapshot_block_public_access,
        disable_snapshot_block_public_access=disable_snapshot_block_public_access,
    )
