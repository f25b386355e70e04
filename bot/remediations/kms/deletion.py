"""KMS keys: not deleted while what they have encrypted may still be needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.kms.rotation import called
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.toggle import Toggle

_LONGEST: Final = 30
"""Days that KMS waits at most (API_ScheduleKeyDeletion)."""


class CancelKeyDeletion(Toggle):
    """Take back the deletion of a key, which would make for ever unreadable whatever it has encrypted.

    The key comes back disabled (API_CancelKeyDeletion); to enable it is somebody's own decision. Undo schedules the
    deletion anew, with the longest wait there is.
    """

    title = "Cancel the deletion of the key"
    problem = "Key is about to be deleted"
    controls = ("KMS.3",)
    config_rules = ("KMS_CMK_NOT_SCHEDULED_FOR_DELETION",)
    resource_type = "AWS::KMS::Key"
    effects = (Effect.COSTS_MONEY,)
    reversible = Reversible.PARTLY
    not_restored = "the day of the deletion: Undo schedules it for 30 days on"
    reads = ("kms:DescribeKey", "kms:ListAliases")
    writes = ("kms:CancelKeyDeletion", "kms:ScheduleKeyDeletion")
    setting = "scheduled for deletion"
    compliant_value = False

    def is_on(self, target: Target, aws: Account) -> bool:
        """Raises Refusal for a primary key that waits for its replicas, which cannot be taken back here."""
        state = _key(aws, target)["KeyState"]
        if state == "PendingReplicaDeletion":
            raise Refusal("it is deleted once its replicas are: cancel the deletion of a replica first")
        return bool(state == "PendingDeletion")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """KMS refuses to cancel what is not scheduled, and the other way round: each is asked only where it fits."""
        kms = aws.client("kms")
        if on == self.is_on(target, aws):
            return
        if on:
            kms.schedule_key_deletion(KeyId=target.resource.name, PendingWindowInDays=_LONGEST)
        else:
            kms.cancel_key_deletion(KeyId=target.resource.name)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Its name, when it would go, and what comes back."""
        yield called(target, aws)
        yield evidence_of("When would it be deleted?", lambda: _deleted_on(aws, target))
        yield Evidence("Will it work again at once?", "no: it comes back disabled, and somebody has to enable it")
        yield Evidence("Does anything still need it? CloudTrail knows: failing Decrypt", "not known", known=False)


def _key(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NotFoundException"):
        found: dict[str, Any] = aws.client("kms").describe_key(KeyId=target.resource.name)["KeyMetadata"]
    return found


def _deleted_on(aws: Account, target: Target) -> str:
    date = _key(aws, target).get("DeletionDate")
    return f"on {date:%Y-%m-%d}; then nothing that it has encrypted can be read again" if date else "KMS does not say"
