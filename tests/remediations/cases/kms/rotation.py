"""Cases of `bot.remediations.kms.rotation`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.kms.rotation import RotateKey
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AKeyThatIsNeverRotated(Case):
    remediation = RotateKey
    two_valued = True

    def make(self) -> Target:
        key = plain_client("kms").create_key(Description=PLANTED)["KeyMetadata"]["KeyId"]
        return targeted(RotateKey, key)

    def edit_beside(self, target: Target) -> None:
        plain_client("kms").update_key_description(KeyId=target.resource.name, Description="payroll")

    def beside(self, target: Target) -> Any:
        return plain_client("kms").describe_key(KeyId=target.resource.name)["KeyMetadata"]["Description"]

    def edit_same(self, target: Target) -> None:
        plain_client("kms").disable_key_rotation(KeyId=target.resource.name)

    def destroy(self, target: Target) -> None:
        plain_client("kms").schedule_key_deletion(KeyId=target.resource.name)
