"""A suppression hides a finding: whatever dies when its exemption ends, Security Hub is told of the end."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.states import State
from bot.messages import PlanTarget, send
from tests.flows.decisions.test_faults import dies_once, recover
from tests.flows.jobs.test_security_hub import told
from tests.flows.reaching import REACH
from tests.flows.stage import POLICY, Stage, a_finding, deliver

pytestmark = pytest.mark.usefixtures("s3")


def ended(policy: str = POLICY) -> Stage:
    """A stage on which an exemption is over; its target is about to be read for the question that is put again."""
    stage = Stage(FaultPlan(), policy)
    REACH[State.EXEMPTED](stage)
    author = {"UpdatedBy": "cspm-bot for U0DANA"}
    stage.tell(a_finding(minute=1, Workflow={"Status": "SUPPRESSED"}, Note=author))
    stage.settle()
    stage.hub.updates.clear()
    stage.clock.advance(days=30)
    send(PlanTarget(case_id=stage.case.id, target_id=stage.target.target_id, ask_again=True), stage.world.queues)
    return stage


def handle(stage: Stage, queue: Any) -> None:
    """Take one message; what dies with it comes again, as on the queue."""
    (message,) = queue.receive(limit=1)
    try:
        deliver(message.body, stage.world)
    except Crash:
        queue.give_back(message)
        raise


def lifts(stage: Stage) -> int:
    return [workflow for workflow, _ in told(stage)].count("NEW")


def owed(stage: Stage) -> list[str]:
    return [item["sk"] for item in stage.table.everything() if item.get("due_kind") == "lift"]


def test_a_crash_right_after_it_is_asked_again_loses_no_suppression() -> None:
    stage = ended()
    queues: Any = stage.world.queues
    dies_once(stage, lambda: stage.state() is State.PROPOSED)
    with pytest.raises(Crash):
        handle(stage, queues.plan)
    assert (stage.state(), told(stage)) == (State.PROPOSED, [])
    recover(stage)
    assert (lifts(stage), owed(stage)) == (1, [])


def test_a_crash_right_after_it_was_told_tells_the_same_again() -> None:
    stage = ended()
    queues: Any = stage.world.queues
    handle(stage, queues.plan)
    dies_once(stage, lambda: bool(stage.hub.updates))
    with pytest.raises(Crash):
        handle(stage, queues.decisions)
    recover(stage)
    assert (set(told(stage)), owed(stage)) == ({("NEW", "Asked in Slack channel C0SECURITY")}, [])


def test_a_target_that_has_moved_on_by_then_keeps_no_suppression() -> None:
    stage = ended()
    queues: Any = stage.world.queues
    handle(stage, queues.plan)
    queues.decisions.receive()
    stage.clock.advance(days=2)
    stage.sweep()
    stage.settle()
    assert stage.state() is State.LAPSED
    recover(stage)
    assert (lifts(stage), owed(stage)) == (1, [])
    assert stage.hub.updates[-1].note == "The exemption has ended"


def test_where_the_policy_tells_security_hub_nothing_nothing_stays_due() -> None:
    stage = ended(POLICY.replace("required: 1}", "required: 1}, write_back: none"))
    stage.settle()
    recover(stage)
    assert (stage.state(), told(stage), owed(stage)) == (State.PROPOSED, [], [])
