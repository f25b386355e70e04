"""An approval that has not begun is taken back: what waits for its window, or for the end of a pause, may wait long."""

from __future__ import annotations

from bot.domain.history import HistoryEvent
from bot.domain.states import Step, allows
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import AuditNote, transition
from bot.flows.decisions.context import (
    DecisionContext,
    ShownPlan,
    evidence_of,
    load_target,
    require_right,
    resets_votes,
)
from bot.world import World


def can_take_back(target: CaseTarget) -> bool:
    """Whether it is approved, and nothing of it has begun."""
    return allows(target.state, Step.EXPIRE)


def take_back(context: DecisionContext, target_id: str, _row: ShownPlan, world: World) -> str:
    """One word of one approver suffices; its run finds that the target has moved on. Raises Refusal, IllegalStep."""
    click = context.click
    route, right = require_right(context, load_target(context, target_id, world))

    def change(target: CaseTarget) -> CaseTarget:
        require_right(context, target)
        return target.withdrawn(click.user)

    told = AuditNote(
        HistoryEvent.TAKEN_BACK,
        who=click.user,
        policy=context.policy.version,
        right=right,
        grounds=evidence_of(context, route, right, 1),
    )
    said = "The approval is taken back: nothing is changed, and the question is put again."
    transition(context.case.id, target_id, change, told, world, extra=resets_votes(context, said, world))
    return said
