"""An approval that has not begun is taken back: what waits for its window, or for the end of a pause, may wait long."""

from __future__ import annotations

from bot.domain.history import What
from bot.domain.states import Step, allows
from bot.domain.target import CaseTarget
from bot.flows.cases.transition import Told, advance
from bot.flows.decisions.context import Judging, Row, forgetting, grounds_of, load_target, right_to
from bot.world import World


def can_take_back(target: CaseTarget) -> bool:
    """Whether it is approved, and nothing of it has begun."""
    return allows(target.state, Step.EXPIRE)


def take_back(judging: Judging, target_id: str, _row: Row, world: World) -> str:
    """One word of one approver suffices; its run finds that the target has moved on. Raises Refusal, IllegalStep."""
    click = judging.click
    route, right = right_to(judging, load_target(judging, target_id, world))

    def change(target: CaseTarget) -> CaseTarget:
        right_to(judging, target)
        return target.withdrawn(click.user)

    told = Told(
        What.TAKEN_BACK,
        who=click.user,
        policy=judging.policy.version,
        right=right,
        grounds=grounds_of(judging, route, right, 1),
    )
    said = "The approval is taken back: nothing is changed, and the question is put again."
    advance(judging.case.id, target_id, change, told, world, extra=forgetting(judging, said, world))
    return said
