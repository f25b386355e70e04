"""Cases of `bot.remediations.ecr.tag_immutability`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ecr.tag_immutability import FreezeTags
from tests.remediations.cases.tagged import TAGS, THEIRS, TaggedCase
from tests.remediations.contract import targeted


class ARepositoryWhoseTagsMove(TaggedCase):
    remediation = FreezeTags
    service = "ecr"

    def make(self) -> Target:
        made = self.client.create_repository(repositoryName="team/app", tags=TAGS)
        media = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = f'{{"schemaVersion": 2, "mediaType": "{media}", "config": {{}}, "layers": []}}'
        for tag in ("latest", "v1"):
            self.client.put_image(repositoryName="team/app", imageManifest=manifest, imageTag=tag)
        return targeted(FreezeTags, made["repository"]["repositoryArn"])

    def tag(self, arn: str) -> None:
        self.client.tag_resource(resourceArn=arn, tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags_for_resource(resourceArn=arn)["tags"]

    def edit_same(self, target: Target) -> None:
        self.client.put_image_tag_mutability(repositoryName="team/app", imageTagMutability="MUTABLE")

    def destroy(self, target: Target) -> None:
        self.client.delete_repository(repositoryName="team/app", force=True)
