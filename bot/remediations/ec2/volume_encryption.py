"""EBS encryption by default."""

from __future__ import annotations

from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.toggle import Toggle


class EncryptNewVolumes(Toggle):
    """Encrypt all new EBS volumes and snapshot copies of the account in this Region; existing volumes stay."""

    title = "Encrypt new EBS volumes by default"
    problem = "New volumes are not encrypted"
    controls = ("EC2.7",)
    config_rules = ("EC2_EBS_ENCRYPTION_BY_DEFAULT",)
    resource_type = "AWS::::Account"
    effects = (Effect.FUTURE_ONLY,)
    reads = ("ec2:GetEbsEncryptionByDefault",)
    writes = ("ec2:DisableEbsEncryptionByDefault", "ec2:EnableEbsEncryptionByDefault")
    setting = "EBS encryption by default"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        return bool(aws.client("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        ec2 = aws.client("ec2")
        (ec2.enable_ebs_encryption_by_default if on else ec2.disable_ebs_encryption_by_default)()

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because the actions support no resource (Service Authorization Reference, Amazon EC2)."""
        return ("*",)
