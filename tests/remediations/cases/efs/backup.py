"""Cases of `bot.remediations.efs.backup`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.efs.backup import BackUpFileSystem
from tests.remediations.cases.tagged import TAGS, THEIRS, TaggedCase
from tests.remediations.contract import targeted


class AFileSystemWithoutBackups(TaggedCase):
    remediation = BackUpFileSystem
    service = "efs"

    def make(self) -> Target:
        made = self.client.create_file_system(CreationToken="home", Tags=TAGS)
        return targeted(BackUpFileSystem, made["FileSystemId"])

    def tag(self, arn: str) -> None:
        self.client.tag_resource(ResourceId=arn.rpartition("/")[2], Tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags_for_resource(ResourceId=arn.rpartition("/")[2])["Tags"]

    def edit_same(self, target: Target) -> None:
        self.client.put_backup_policy(FileSystemId=target.resource.name, BackupPolicy={"Status": "DISABLED"})

    def destroy(self, target: Target) -> None:
        self.client.delete_file_system(FileSystemId=target.resource.name)
