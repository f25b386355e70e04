"""Automatic backups of EFS file systems."""

from __future__ import annotations

from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if, none_if
from bot.remediations.toolkit.toggle import Toggle


class BackUpFileSystem(Toggle):
    """Back the file system up with the automatic plan of AWS Backup: daily, kept for 35 days.

    This is also the remediation that AWS documents for EFS.2, which requires any backup plan (Security Hub User Guide,
    EFS.2).
    """

    title = "Back the file system up automatically"
    problem = "File system without automatic backups"
    controls = ("EFS.7", "EFS.2")
    config_rules = ("EFS_AUTOMATIC_BACKUPS_ENABLED", "EFS_IN_BACKUP_PLAN")
    resource_type = "AWS::EFS::FileSystem"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("elasticfilesystem:DescribeBackupPolicy",)
    writes = ("elasticfilesystem:PutBackupPolicy",)
    proved_on = "extended"
    setting = "automatic backups"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether backups are enabled: not without a policy, and not yet while EFS is enabling them."""
        efs, name = aws.client("efs"), target.resource.name
        with gone_if("FileSystemNotFound"):
            response = none_if(lambda: efs.describe_backup_policy(FileSystemId=name), "PolicyNotFound")
        return bool(response and response["BackupPolicy"]["Status"] == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Replace the backup policy; existing backups stay until they expire."""
        policy = {"Status": "ENABLED" if on else "DISABLED"}
        aws.client("efs").put_backup_policy(FileSystemId=target.resource.name, BackupPolicy=policy)
