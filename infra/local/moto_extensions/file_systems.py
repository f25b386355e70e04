"""EFS: automatic backups."""

from __future__ import annotations

import json
from typing import Any

from moto.efs.exceptions import FileSystemNotFound
from moto.efs.models import EFSBackend
from moto.efs.responses import EFSResponse

from infra.local.moto_extensions.patching import replace

_describe_backup_policy = EFSBackend.describe_backup_policy


def describe_backup_policy(self: EFSBackend, file_system_id: str) -> dict[str, str]:
    """https://docs.aws.amazon.com/efs/latest/ug/API_DescribeBackupPolicy.html: 404 FileSystemNotFound."""
    if file_system_id not in self.file_systems_by_id:
        raise FileSystemNotFound(file_system_id)
    return _describe_backup_policy(self, file_system_id)


def put_backup_policy(self: EFSResponse) -> Any:
    """https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html; missing in moto."""
    file_system_id, policy = self._get_param("FileSystemId"), self._get_param("BackupPolicy")
    if file_system_id not in self.efs_backend.file_systems_by_id:
        raise FileSystemNotFound(file_system_id)
    vars(self.efs_backend.file_systems_by_id[file_system_id])["_backup"] = policy["Status"] == "ENABLED"
    return json.dumps({"BackupPolicy": policy}), {"Content-Type": "application/json"}


def install() -> None:
    replace(EFSBackend, describe_backup_policy=describe_backup_policy)
    replace(EFSResponse, put_backup_policy=put_backup_policy)
