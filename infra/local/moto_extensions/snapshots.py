"""EBS: volume permissions of a snapshot, in both forms of the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from infra.local.moto_extensions.patching import replace

_modify_snapshot_attribute = ElasticBlockStore.modify_snapshot_attribute


def modify_snapshot_attribute(self: ElasticBlockStore) -> ActionResult:
    """Support CreateVolumePermission beside OperationType with names.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html: CreateVolumePermission is
    "a JSON representation of the snapshot attribute modification". moto accepts it and changes nothing.
    """
    change: Mapping[str, Any] = self._get_param("CreateVolumePermission") or {}
    if not change:
        return _modify_snapshot_attribute(self)
    self.error_on_dryrun()
    snapshot_id = self._get_param("SnapshotId")
    backend = self.ec2_backend
    backend.add_create_volume_permission(snapshot_id, **_names(change.get("Add", [])))
    backend.remove_create_volume_permission(snapshot_id, **_names(change.get("Remove", [])))
    return EmptyResult()


def _names(permissions: list[Mapping[str, str]]) -> dict[str, list[str]]:
    return {
        "user_ids": [item["UserId"] for item in permissions if "UserId" in item],
        "groups": [item["Group"] for item in permissions if "Group" in item],
    }


def install() -> None:
    replace(ElasticBlockStore, modify_snapshot_attribute=modify_snapshot_attribute)
