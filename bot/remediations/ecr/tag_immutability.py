"""Tag immutability of ECR repositories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.ecr.repositories import repository_name, repository_of
from bot.remediations.toolkit.aws_calls import evidence_of, paginated, pluralize
from bot.remediations.toolkit.toggle import Toggle

_LATEST: Final = "latest"


class FreezeTags(Toggle):
    """Make tags immutable: pushing an image with an existing tag is refused."""

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
        """Return whether tags are immutable. Raise Refusal if some are excluded, because the call would drop these."""
        mode = str(repository_of(aws, target)["imageTagMutability"])
        if mode == "MUTABLE_WITH_EXCLUSION":
            raise Refusal("its tags are mutable but for some: decide by hand which may move")
        return mode.startswith("IMMUTABLE")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("ecr").put_image_tag_mutability(
            repositoryName=repository_name(target), imageTagMutability="IMMUTABLE" if on else "MUTABLE"
        )

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Is there a tag that moves with each build?", lambda: _moving_tag(_tags(aws, target)))
        yield evidence_of("How many tags are there?", lambda: pluralize(len(_tags(aws, target)), "tag"))


def _tags(aws: Account, target: Target) -> list[str]:
    images = paginated(aws.client("ecr"), "describe_images", "imageDetails", repositoryName=repository_name(target))
    return [tag for image in images for tag in image.get("imageTags", [])]


def _moving_tag(tags: list[str]) -> str:
    return f"{_LATEST}: a build that pushes it again fails" if _LATEST in tags else f"none called {_LATEST}"
