"""Cases of `bot.remediations.ecr.scan_on_push`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ecr.scan_on_push import ScanImages
from tests.aws import plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ARepositoryThatDoesNotScan(Case):
    remediation = ScanImages
    two_valued = True

    def make(self) -> Target:
        made = plain_client("ecr").create_repository(repositoryName="team/app", tags=TAGS)
        return targeted(ScanImages, made["repository"]["repositoryArn"])

    def edit_beside(self, target: Target) -> None:
        plain_client("ecr").put_image_tag_mutability(repositoryName="team/app", imageTagMutability="IMMUTABLE")

    def beside(self, target: Target) -> Any:
        return plain_client("ecr").describe_repositories()["repositories"][0]["imageTagMutability"]

    def edit_same(self, target: Target) -> None:
        plain_client("ecr").put_image_scanning_configuration(
            repositoryName="team/app", imageScanningConfiguration={"scanOnPush": False}
        )

    def destroy(self, target: Target) -> None:
        plain_client("ecr").delete_repository(repositoryName="team/app")
