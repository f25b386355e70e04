"""Withdraw an approval that has not begun, for example while it waits for its window or for the end of a pause."""

from __future__ import annotations

from bot.domain.history import HistoryEvent
from bot.domain.states import Step, allows
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import transition
from bot.flows.decisions.context import DecisionContext, ShownPlan, load_target, reset_on_change
from bot.world import World


def can_withdraw(target: CaseTarget) -> bool:
    """Return whether the target is approved and nothing of it has begun."""
    return allows(target.state, Step.EXPIRE)


def withdraw(context: DecisionContext, target_id: str, _shown: ShownPlan, world: World) -> str:
    """Withdraw the approval; one approver suffices, and its run is abandoned. Raises Refusal, IllegalStep."""
    route, right = context.rights.require_approver(load_target(context, target_id, world))

    def change(target: CaseTarget) -> CaseTarget:
        context.rights.require_approver(target)
        return target.withdrawn(context.click.user)

    audit_note = context.audit_note(HistoryEvent.WITHDRAWN, route, right)
    reply = "The approval is taken back: nothing is changed, and the question is put again."
    writes = reset_on_change(context, reply, world)
    transition(context.case.id, target_id, change, audit_note, world, writes)
    return reply
