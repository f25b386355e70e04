"""Cases of `bot.remediations.kms.deletion`."""

from __future__ import annotations

from typing import Any

from moto.kms.models import kms_backends

from bot.domain.plan import Target
from bot.remediations.kms.deletion import CancelKeyDeletion
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AKeyAboutToBeDeleted(Case):
    remediation = CancelKeyDeletion
    two_valued = True

    def make(self) -> Target:
        tags = [{"TagKey": "password", "TagValue": PLANTED}]
        made = plain_client("kms").create_key(Description=PLANTED, Tags=tags)["KeyMetadata"]
        plain_client("kms").schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)
        return targeted(CancelKeyDeletion, made["KeyId"])

    def edit_beside(self, target: Target) -> None:
        plain_client("kms").update_key_description(KeyId=target.resource.name, Description="theirs")

    def beside(self, target: Target) -> Any:
        return plain_client("kms").describe_key(KeyId=target.resource.name)["KeyMetadata"]["Description"]

    def edit_same(self, target: Target) -> None:
        plain_client("kms").schedule_key_deletion(KeyId=target.resource.name, PendingWindowInDays=9)

    def destroy(self, target: Target) -> None:
        """Remove the key from moto, because AWS deletes it only after the waiting period."""
        kms_backends[ACCOUNT][REGION].keys.pop(target.resource.name)
