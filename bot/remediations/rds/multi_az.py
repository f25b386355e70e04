"""Run RDS instances with a standby in another Availability Zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from bot.domain.plan import Effect, Evidence, Target
from bot.domain.ports import Account
from bot.remediations.rds.describe import (
    database_outside_cluster,
    describe_database,
    refuse_if_other_changes_wait,
)
from bot.remediations.rds.toggles import DatabaseToggle
from bot.remediations.toolkit.aws_calls import evidence_of


class AddStandby(DatabaseToggle):
    """Add a standby in a second Availability Zone.

    Without ApplyImmediately, RDS would add it in the maintenance window, days after the approval. ApplyImmediately also
    applies all other pending changes, so an instance that has any is refused.
    """

    title = "Add a standby in another zone"
    problem = "Database in one zone only"
    controls = ("RDS.5",)
    config_rules = ("RDS_MULTI_AZ_SUPPORT",)
    effects = (Effect.COSTS_MONEY, Effect.TAKES_LONG)
    setting = "standby in another zone"
    flag = "MultiAZ"
    more: ClassVar[Mapping[str, Any]] = {"ApplyImmediately": True}
    deadline_seconds = 7200

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether it has a standby. Raises Refusal where other changes are pending."""
        instance = database_outside_cluster(aws, target)
        refuse_if_other_changes_wait(instance, self.flag)
        return bool(instance[self.flag])

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """The size of the instance, which is paid for twice."""
        yield evidence_of("What is doubled?", lambda: _size(describe_database(aws, target)))
        yield Evidence("Is the load low? (while the copy is made, writes are slower)", "not known", known=False)


def _size(instance: Mapping[str, Any]) -> str:
    return f"{instance['DBInstanceClass']}, {instance['AllocatedStorage']} GiB of {instance['Engine']}"
