"""File systems that are backed up, and images whose tags stay what they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if, none_if
from bot.remediations.toolkit.toggle import Toggle

_MOVING: Final = "latest"


class BackUpFileSystem(Toggle):
    """Let AWS Backup back the file system up by its automatic plan: daily, kept for 35 days.

    AWS mends EFS.2, which wants it in any plan, in the same way (Security Hub User Guide, EFS.2).
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
        """While EFS still works on it, not yet: there is no proof before it is done. Without a policy they are off."""
        efs, name = aws.client("efs"), target.resource.name
        with gone_if("FileSystemNotFound"):
            answer = none_if(lambda: efs.describe_backup_policy(FileSystemId=name), "PolicyNotFound")
        return bool(answer and answer["BackupPolicy"]["Status"] == "ENABLED")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Backups that there are stay until they expire."""
        policy = {"Status": "ENABLED" if on else "DISABLED"}
        aws.client("efs").put_backup_policy(FileSystemId=target.resource.name, BackupPolicy=policy)


class FreezeTags(Toggle):
    """Let a tag name one image for ever: pushing it again is refused."""

    title = "Make the repository's tags immutable"
    problem = "Image tags may be moved"
    controls = ("ECR.2",)
    config_rules = ("ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED",)
    resource_type = "AWS::ECR::Repository"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("ecr:DescribeImages", "ecr:DescribeRepositories")
    writes = ("ecr:PutImageTagMutability",)
    setting = "immutable tags"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal where some tags are excluded on purpose: the call would forget which."""
        with gone_if("RepositoryNotFoundException"):
            answer = aws.client("ecr").describe_repositories(repositoryNames=[_repository(target)])
        mode = str(answer["repositories"][0]["imageTagMutability"])
        if mode == "MUTABLE_WITH_EXCLUSION":
            raise Refusal("its tags are mutable but for some: decide by hand which may move")
        return mode.startswith("IMMUTABLE")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Images stay as they are."""
        aws.client("ecr").put_image_tag_mutability(
            repositoryName=_repository(target), imageTagMutability="IMMUTABLE" if on else "MUTABLE"
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether a build pushes a tag that moves."""
        yield evidence_of("Is there a tag that moves with each build?", lambda: _moving(_tags(aws, target)))
        yield evidence_of("How many tags are there?", lambda: pluralize(len(_tags(aws, target)), "tag"))


def _repository(target: Target) -> str:
    """Its name may hold slashes."""
    return target.resource.id.partition(":repository/")[2] or target.resource.id


def _tags(aws: Account, target: Target) -> list[str]:
    pages = aws.client("ecr").get_paginator("describe_images").paginate(repositoryName=_repository(target))
    images: list[dict[str, Any]] = [one for page in pages for one in page["imageDetails"]]
    return [tag for image in images for tag in image.get("imageTags", [])]


def _moving(tags: list[str]) -> str:
    return f"{_MOVING}: a build that pushes it again fails" if _MOVING in tags else f"none called {_MOVING}"
