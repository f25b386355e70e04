"""Image scanning of ECR repositories."""

from __future__ import annotations

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.ecr.repositories import repository_name, repository_of
from bot.remediations.toolkit.toggle import Toggle


class ScanImages(Toggle):
    """Scan images for known vulnerabilities when they are pushed; basic scanning is free."""

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
        """Return scanOnPush. Raise Refusal if the registry's enhanced scanning decides for all repositories."""
        repository = repository_of(aws, target)
        on = bool(repository.get("imageScanningConfiguration", {}).get("scanOnPush"))
        scanning = aws.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]
        if not on and scanning["scanType"] == "ENHANCED":
            raise Refusal("the registry scans by rules of its own (enhanced scanning): add this repository to them")
        return on

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("ecr").put_image_scanning_configuration(
            repositoryName=repository_name(target), imageScanningConfiguration={"scanOnPush": on}
        )
