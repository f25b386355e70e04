"""Cases of `bot.remediations.ec2.volume_encryption`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ec2.volume_encryption import EncryptNewVolumes
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, Indestructible, targeted


class AnAccountThatDoesNotEncryptVolumes(Case):
    remediation = EncryptNewVolumes
    two_valued = True

    def make(self) -> Target:
        plain_client("ec2").disable_ebs_encryption_by_default()
        return targeted(EncryptNewVolumes, ACCOUNT)

    def edit_beside(self, target: Target) -> None:
        zone = f"{REGION}a"
        tags = [{"ResourceType": "volume", "Tags": TAGS}]
        plain_client("ec2").create_volume(AvailabilityZone=zone, Size=1, Encrypted=False, TagSpecifications=tags)

    def beside(self, target: Target) -> Any:
        return [one["Encrypted"] for one in plain_client("ec2").describe_volumes()["Volumes"]]

    def edit_same(self, target: Target) -> None:
        plain_client("ec2").disable_ebs_encryption_by_default()

    def destroy(self, target: Target) -> None:
        raise Indestructible
