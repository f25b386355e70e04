"""Crashes, twins and redeliveries leave exactly one effect of each change, and a working Undo."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.errors import Busy, CspmError
from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from tests.flows.stage import Stage, a_finding, deliver
from tests.flows.test_end_to_end import ALL_ON, block_of

PUT = "s3:PutPublicAccessBlock"


def carded(faults: FaultPlan) -> Stage:
    stage = Stage(faults)
    stage.tell(a_finding())
    stage.pump()
    return stage


def approved(faults: FaultPlan) -> tuple[Stage, str]:
    """A stage whose run is in the queue, and the run's id; outside calls are counted from here."""
    stage = carded(faults)
    stage.press(ActionId.APPROVE)
    queues: Any = stage.world.queues
    (message,) = queues.decisions.receive()
    deliver(message.body, stage.world)
    run_id = stage.target.attempt.run_id
    faults.calls = 0
    return stage, run_id


def writes(stage: Stage) -> int:
    return sum(f"{call.service}:{call.operation}" == PUT for call in stage.calls)


def outside_calls_of_the_executor(s3: Any) -> int:
    counting = FaultPlan()
    stage, run_id = approved(counting)
    stage.execute(run_id)
    s3.delete_public_access_block(Bucket="acme-payroll-exports")
    return counting.calls


@pytest.mark.slow
def test_a_crash_after_any_outside_call_of_the_executor_leaves_one_effect_and_a_working_undo(s3: Any) -> None:
    total = outside_calls_of_the_executor(s3)
    assert total > 10
    for number in range(1, total + 1):
        faults = FaultPlan()
        stage, run_id = approved(faults)
        faults.crash_after = number
        with pytest.raises(Crash):
            stage.execute(run_id)
        faults.crash_after = None
        _recover(stage)
        assert stage.state() is State.FIXED, f"crash after call {number}"
        assert block_of(s3) == ALL_ON
        assert writes(stage) == 1, f"crash after call {number}"
        _undo(stage)
        assert block_of(s3) is None, f"crash after call {number}"
        assert stage.state() is State.UNDONE


def _recover(stage: Stage) -> None:
    """What redelivery and the sweep do in the minutes after a crash."""
    for _ in range(4):
        stage.clock.advance(minutes=4)
        stage.sweep()
        stage.settle()


def _undo(stage: Stage) -> None:
    preview = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=preview.manifest)
    stage.settle()


@pytest.mark.usefixtures("s3")
def test_a_twin_within_the_lease_goes_back_to_the_queue() -> None:
    faults = FaultPlan()
    stage, run_id = approved(faults)
    faults.crash_after = 6
    with pytest.raises(Crash):
        stage.execute(run_id)
    faults.crash_after = None
    with pytest.raises(Busy):
        stage.execute(run_id)


def test_a_run_that_is_taken_back_while_it_reads_writes_nothing_even_if_it_is_approved_again_by_then(s3: Any) -> None:
    faults = FaultPlan()
    stage, run_id = approved(faults)

    def meanwhile(name: str) -> None:
        if "GetPublicAccessBlock" not in name:
            return
        faults.watch = None
        for action in (ActionId.TAKE_BACK, ActionId.APPROVE):
            stage.clock.advance(seconds=1)
            stage.press(action, "U0OMAR")
            judge(stage)

    faults.watch = meanwhile
    with pytest.raises(Busy):
        stage.execute(run_id)
    assert (stage.state(), block_of(s3), writes(stage)) == (State.APPROVED, None, 0)
    _recover(stage)
    assert (stage.state(), writes(stage)) == (State.FIXED, 1)
    assert stage.target.attempt.run_id != run_id


def judge(stage: Stage) -> None:
    """What was decided is judged, and nothing is carried out yet."""
    queues: Any = stage.world.queues
    while messages := queues.decisions.receive():
        for message in messages:
            deliver(message.body, stage.world)


def test_every_message_delivered_twice_makes_each_change_once(s3: Any) -> None:
    faults = FaultPlan(repeat_chance=0.5, reorder=True, seed=7)
    stage = carded(faults)
    stage.press(ActionId.APPROVE)
    for _ in range(3):
        stage.settle()
    assert stage.state() is State.FIXED
    assert writes(stage) == 1
    assert block_of(s3) == ALL_ON


@pytest.mark.parametrize("seed", range(6))
def test_conflicts_lost_answers_and_stale_indexes_change_nothing_twice(s3: Any, seed: int) -> None:
    faults = FaultPlan(
        conflict_chance=0.15, lost_response_chance=0.1, lag=3, random_lag=True, repeat_chance=0.3, seed=seed
    )
    stage = Stage(faults)
    for _ in range(5):
        with suppress(CspmError):  # the batch comes again, as it does on the queue
            stage.tell(a_finding())
        stage.settle()
    _until(stage, lambda: bool(stage.case.ts))
    _press_until_answered(stage)
    _until(stage, lambda: stage.state() is State.FIXED)
    assert block_of(s3) == ALL_ON
    assert writes(stage) == 1
    assert len(stage.slack.messages["C0SECURITY"]) == 1


def _press_until_answered(stage: Stage) -> None:
    """Slack says that the app did not respond, and the person presses again; the first click may count all the same."""
    for _ in range(10):
        try:
            stage.press(ActionId.APPROVE)
        except CspmError:
            stage.clock.advance(seconds=2)
        else:
            return
    pytest.fail("ten presses, and no answer")


def _until(stage: Stage, done: Any) -> None:
    for _ in range(30):
        if done():
            return
        stage.clock.advance(minutes=5)
        try:
            stage.sweep()
        except Exception:  # noqa: BLE001, S112 - the scheduler comes again, whatever happened
            continue
        stage.settle()
    assert done()


def test_a_write_that_aws_refuses_fails_with_its_cause_and_changed_nothing(s3: Any) -> None:
    stage = carded(FaultPlan())
    stage.refuse = PUT
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.FAILED
    assert "AccessDenied" in stage.target.note
    assert "0 of 1 changes were made" in stage.target.note
    assert block_of(s3) is None


def test_a_resource_that_is_gone_by_then_resolves_without_a_call(s3: Any) -> None:
    stage = carded(FaultPlan())
    s3.delete_bucket(Bucket="acme-payroll-exports")
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.RESOLVED
    assert "does not exist" in stage.target.note
