"""KMS keys: material that is renewed."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import CALLED, Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.toggle import Toggle


def called(target: Target, aws: Account) -> Evidence:
    """The key's aliases: its ARN has only a number. Takes kms:ListAliases."""
    return evidence_of(CALLED, lambda: _aliases(target, aws) or "it has no alias")


def _aliases(target: Target, aws: Account) -> str:
    pages = aws.client("kms").get_paginator("list_aliases").paginate(KeyId=target.resource.name)
    return ", ".join(sorted(alias["AliasName"] for page in pages for alias in page["Aliases"]))


class RotateKey(Toggle):
    """Renew the material of a symmetric customer key every year; what it has encrypted stays readable."""

    title = "Rotate the key every year"
    problem = "Key is never rotated"
    controls = ("KMS.4",)
    config_rules = ("CMK_BACKING_KEY_ROTATION_ENABLED",)
    resource_type = "AWS::KMS::Key"
    effects = (Effect.COSTS_MONEY,)
    reads = ("kms:DescribeKey", "kms:GetKeyRotationStatus", "kms:ListAliases")
    writes = ("kms:DisableKeyRotation", "kms:EnableKeyRotation")
    setting = "yearly rotation"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal for keys that KMS itself cannot rotate, ResourceGone for those about to be deleted."""
        kms = aws.client("kms")
        with gone_if("NotFoundException"):
            key = kms.describe_key(KeyId=target.resource.name)["KeyMetadata"]
        if key["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
            raise ResourceGone(key["KeyState"])
        if key["KeySpec"] != "SYMMETRIC_DEFAULT" or key["Origin"] != "AWS_KMS":
            raise Refusal(f"KMS rotates only its own symmetric keys; this one is {key['KeySpec']} of {key['Origin']}")
        if key["KeyManager"] == "AWS":
            raise Refusal("the key is AWS's own, and is rotated by AWS")
        if key.get("MultiRegionConfiguration", {}).get("MultiRegionKeyType") == "REPLICA":
            primary = key["MultiRegionConfiguration"]["PrimaryKey"]
            raise Refusal(f"it is a replica, which is rotated with its primary key: {primary['Arn']}")
        if key["KeyState"] != "Enabled":
            raise Refusal(f"KMS changes the rotation of enabled keys only; this one is {key['KeyState']}")
        return bool(kms.get_key_rotation_status(KeyId=target.resource.name)["KeyRotationEnabled"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """With KMS's own period, 365 days."""
        kms = aws.client("kms")
        (kms.enable_key_rotation if on else kms.disable_key_rotation)(KeyId=target.resource.name)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Its name: nothing that uses the key notices."""
        yield called(target, aws)
