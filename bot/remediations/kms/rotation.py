"""Rotate KMS keys automatically."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.kms.keys import alias_evidence, describe_key_to_keep
from bot.remediations.toolkit.toggle import Toggle


class RotateKey(Toggle):
    """Rotate the material of a symmetric customer managed key every year; existing data stays readable."""

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
        """Return whether rotation is on. Raises Refusal where KMS cannot rotate, ResourceGone during deletion."""
        kms = aws.client("kms")
        key = describe_key_to_keep(aws, target)
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
        """Turn it on or off, with KMS's default period of 365 days."""
        kms = aws.client("kms")
        (kms.enable_key_rotation if on else kms.disable_key_rotation)(KeyId=target.resource.name)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """The key's aliases only: rotation affects nothing that uses the key."""
        yield alias_evidence(target, aws)
