"""ECR repositories: images are scanned when they are pushed."""

from __future__ import annotations

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if
from bot.remediations.toolkit.toggle import Toggle


class ScanImages(Toggle):
    """Scan each image for known weaknesses when it is pushed; basic scanning costs nothing."""

    title = "Scan images when they are pushed"
    problem = "Images are not scanned"
    controls = ("ECR.1",)
    config_rules = ("ECR_PRIVATE_IMAGE_SCANNING_ENABLED",)
    resource_type = "AWS::ECR::Repository"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("ecr:DescribeRepositories", "ecr:GetRegistryScanningConfiguration")
    writes = ("ecr:PutImageScanningConfiguration",)
    setting = "scan on push"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal where the registry decides for all of its repositories (enhanced scanning)."""
        ecr = aws.client("ecr")
        with gone_if("RepositoryNotFoundException"):
            found = ecr.describe_repositories(repositoryNames=[repository(target)])["repositories"][0]
        on = bool(found.get("imageScanningConfiguration", {}).get("scanOnPush"))
        scanning = ecr.get_registry_scanning_configuration()["scanningConfiguration"]
        if not on and scanning["scanType"] == "ENHANCED":
            raise Refusal("the registry scans by rules of its own (enhanced scanning): add this repository to them")
        return on

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """The repository's own flag."""
        aws.client("ecr").put_image_scanning_configuration(
            repositoryName=repository(target), imageScanningConfiguration={"scanOnPush": on}
        )


def repository(target: Target) -> str:
    """The repository's name, in which slashes are meant: `team/app`."""
    return target.resource.id.partition(":repository/")[2] or target.resource.id
