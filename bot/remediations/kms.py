"""KMS keys: material that is renewed."""

from __future__ import annotations

from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Target
from bot.domain.ports import Account
from bot.remediations.asking import gone_on
from bot.remediations.switch import Switch


class RotateKey(Switch):
    """Renew the material of a symmetric customer key every year; what it has encrypted stays readable."""

    title = "Rotate the key every year"
    problem = "Key is never rotated"
    controls = ("KMS.4",)
    config_rules = ("CMK_BACKING_KEY_ROTATION_ENABLED",)
    resource_type = "AWS::KMS::Key"
    effects = (Effect.COSTS_MONEY,)
    reads = ("kms:DescribeKey", "kms:GetKeyRotationStatus")
    writes = ("kms:DisableKeyRotation", "kms:EnableKeyRotation")
    setting = "yearly rotation"
    right = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal for keys that KMS itself cannot rotate, ResourceGone for those about to be deleted."""
        kms = aws.client("kms")
        with gone_on("NotFoundException"):
            key = kms.describe_key(KeyId=target.resource.name)["KeyMetadata"]
        if key["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
            raise ResourceGone(key["KeyState"])
        if key["KeySpec"] != "SYMMETRIC_DEFAULT" or key["Origin"] != "AWS_KMS":
            raise Refusal(f"KMS rotates only its own symmetric keys; this one is {key['KeySpec']} of {key['Origin']}")
        if key["KeyManager"] == "AWS":
            raise Refusal("the key is AWS's own, and is rotated by AWS")
        return bool(kms.get_key_rotation_status(KeyId=target.resource.name)["KeyRotationEnabled"])

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """With KMS's own period, 365 days."""
        kms = aws.client("kms")
        (kms.enable_key_rotation if on else kms.disable_key_rotation)(KeyId=target.resource.name)
