"""Cancel the deletion of KMS keys, which would make all data that they encrypted unreadable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Target
from bot.domain.ports import Account
from bot.remediations.kms.keys import alias_evidence, describe_key
from bot.remediations.toolkit.aws_calls import evidence_of
from bot.remediations.toolkit.toggle import Toggle

_LONGEST: Final = 30
"""Days that KMS waits at most (API_ScheduleKeyDeletion)."""


class CancelKeyDeletion(Toggle):
    """Cancel the deletion of a key, which would make everything that it has encrypted unreadable for ever.

    The key comes back disabled (API_CancelKeyDeletion); a person decides whether to enable it. Undo schedules the
    deletion again, with the longest waiting period.
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
        """Return whether it is scheduled. Raises Refusal for a primary key that waits for its replicas."""
        state = describe_key(aws, target)["KeyState"]
        if state == "PendingReplicaDeletion":
            raise Refusal("it is deleted once its replicas are: cancel the deletion of a replica first")
        return bool(state == "PendingDeletion")

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Schedule or cancel the deletion; KMS refuses a call that changes nothing, so none is made then."""
        kms = aws.client("kms")
        if on == self.is_on(target, aws):
            return
        if on:
            kms.schedule_key_deletion(KeyId=target.resource.name, PendingWindowInDays=_LONGEST)
        else:
            kms.cancel_key_deletion(KeyId=target.resource.name)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield alias_evidence(target, aws)
        yield evidence_of("When would it be deleted?", lambda: _deleted_on(aws, target))
        yield Evidence("Will it work again at once?", "no: it comes back disabled, and somebody has to enable it")
        yield Evidence("Does anything still need it? CloudTrail knows: failing Decrypt", "not known", known=False)


def _deleted_on(aws: Account, target: Target) -> str:
    date = describe_key(aws, target).get("DeletionDate")
    return f"on {date:%Y-%m-%d}; then nothing that it has encrypted can be read again" if date else "KMS does not say"
