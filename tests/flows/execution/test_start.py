"""Windows and freezes: what is approved outside of them waits, is compared again, and never runs on its own word."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash
from bot.domain.errors import PolicyUnreadable
from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from bot.store import audit
from tests.flows.conftest import BUCKET
from tests.flows.decisions.test_automatic import AUTO
from tests.flows.decisions.test_pause_command import say
from tests.flows.execution.test_faults import judge
from tests.flows.stage import POLICY, Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON, block_of

NIGHTS = """
execution:
  - windows: [{days: [mon, tue, wed, thu], from: "22:00", to: "06:00", zone: Europe/Berlin}]
"""
FREEZE = """
execution:
  - match: {accounts: ["1111*"]}
    freezes: [{from: 2026-09-20, to: 2026-09-30, reason: quarter end, zone: Europe/Berlin}]
"""
TONIGHT = "2026-09-22T20:00:00.000Z"


def carded(policy: str) -> Stage:
    """It is Tuesday, 11 o'clock in Berlin, and a card asks."""
    stage = Stage(policy=policy)
    stage.tell(a_finding())
    stage.pump()
    return stage


def approved(policy: str) -> Stage:
    stage = carded(policy)
    stage.press(ActionId.APPROVE)
    stage.settle()
    return stage


def in_force(stage: Stage, policy: str = "", problem: PolicyUnreadable | None = None) -> None:
    policies: Any = stage.world.policies
    policies.policy, policies.problem = policy or policies.policy, problem


def until_looked_at(stage: Stage, **step: float) -> None:
    """Time passes, and the sweep looks each minute as it would: here at its end, twice."""
    stage.clock.advance(**step)
    stage.sweep()
    stage.settle()
    stage.sweep()
    stage.settle()


def test_before_the_window_nothing_is_called_and_the_card_says_when(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    assert (stage.state(), stage.target.attempt.not_before) == (State.APPROVED, TONIGHT)
    assert "*Approved, runs <!date^1790107200^" in stage.card_text
    assert "outside of the windows for changes" in stage.card_text
    assert "waits for the time that the card shows" in stage.notified
    assert (stage.accounts.sessions, block_of(s3)) == ([], None)


def test_when_the_window_opens_it_is_read_again_and_carried_out(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    until_looked_at(stage, hours=10, minutes=59)
    assert block_of(s3) is None
    until_looked_at(stage, minutes=2)
    assert block_of(s3) == ALL_ON
    assert stage.state() is State.FIXED
    lines = [line.what for line in reversed(audit.history(stage.table, stage.case.id))]
    assert lines == ["target new", "planned", "approve", "scheduled", "run started", "fix written", "fix proved"]


def test_what_has_moved_meanwhile_is_not_touched(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={**ALL_ON, "BlockPublicAcls": False})
    changed = block_of(s3)
    until_looked_at(stage, hours=11, minutes=1)
    assert stage.state() is State.STALE
    assert block_of(s3) == changed


def test_inside_the_window_it_runs_at_once(s3: Any) -> None:
    stage = Stage(policy=POLICY + NIGHTS)
    stage.clock.advance(hours=11)
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert block_of(s3) == ALL_ON


@pytest.mark.usefixtures("s3")
def test_an_approval_does_not_expire_before_its_time_but_a_day_after_it() -> None:
    stage = approved(POLICY + FREEZE)
    until_looked_at(stage, days=7)
    assert (stage.state(), stage.target.attempt.not_before) == (State.APPROVED, "2026-09-30T22:00:00.000Z")
    assert "frozen: quarter end" in stage.card_text
    in_force(stage, problem=PolicyUnreadable("no policy"))
    until_looked_at(stage, days=1, hours=14)
    assert stage.state() is State.APPROVED
    in_force(stage)
    until_looked_at(stage, days=1)
    assert stage.state() is State.PROPOSED
    assert (stage.target.attempt.not_before, stage.target.note) == ("", "")


def test_without_a_readable_policy_nothing_begins(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    in_force(stage, problem=PolicyUnreadable("no policy"))
    until_looked_at(stage, hours=11, minutes=1)
    assert (stage.state(), block_of(s3)) == (State.APPROVED, None)
    in_force(stage)
    until_looked_at(stage, minutes=6)
    assert (stage.state(), block_of(s3)) == (State.FIXED, ALL_ON)


def test_a_freeze_that_comes_after_the_approval_holds_it(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    in_force(stage, POLICY + FREEZE)
    until_looked_at(stage, hours=11, minutes=1)
    assert (stage.state(), block_of(s3)) == (State.APPROVED, None)
    assert stage.target.attempt.not_before == "2026-09-30T22:00:00.000Z"


def test_a_policy_that_opens_earlier_is_seen_within_the_hour(s3: Any) -> None:
    stage = approved(POLICY + FREEZE)
    in_force(stage, POLICY)
    until_looked_at(stage, hours=1, minutes=1)
    assert block_of(s3) == ALL_ON


def test_what_the_policy_does_not_allow_any_more_is_called_off(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    in_force(stage, POLICY.replace("default: approve", "default: propose") + NIGHTS)
    until_looked_at(stage, hours=11, minutes=1)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)
    assert "called off" in {line.what for line in audit.history(stage.table, stage.case.id)}


@pytest.mark.usefixtures("s3")
def test_what_could_not_run_within_thirty_days_is_not_approved() -> None:
    stage = carded(POLICY + FREEZE.replace("2026-09-30", "2026-10-31"))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.PROPOSED
    assert "nothing may be changed here within 30 days (frozen: quarter end)" in stage.notified


def test_automatic_mode_keeps_to_the_windows(s3: Any) -> None:
    stage = carded(AUTO + NIGHTS)
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.APPROVED, None)
    until_looked_at(stage, hours=11)
    assert (stage.state(), block_of(s3)) == (State.FIXED, ALL_ON)


def test_the_policys_own_approval_ends_with_automatic_mode(s3: Any) -> None:
    stage = carded(AUTO + NIGHTS)
    stage.settle()
    in_force(stage, POLICY + NIGHTS)
    until_looked_at(stage, hours=11)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)


@pytest.mark.usefixtures("s3")
def test_automatic_mode_does_not_approve_what_could_not_run_soon() -> None:
    stage = carded(AUTO + FREEZE.replace("2026-09-30", "2026-12-31"))
    stage.settle()
    assert stage.state() is State.PROPOSED


@pytest.mark.parametrize("number", range(1, 40, 3))
def test_wherever_the_putting_off_breaks_off_it_runs_once_and_in_its_time(s3: Any, number: int) -> None:
    stage = carded(POLICY + NIGHTS)
    stage.press(ActionId.APPROVE)
    stage.faults.crash_after = stage.faults.calls + number
    with suppress(Crash):
        stage.pump()
    stage.faults.crash_after = None
    until_looked_at(stage, minutes=10)
    assert (stage.state(), stage.target.attempt.not_before, block_of(s3)) == (State.APPROVED, TONIGHT, None)
    until_looked_at(stage, hours=11)
    assert (stage.state(), block_of(s3)) == (State.FIXED, ALL_ON)
    assert sum(call.operation == "PutPublicAccessBlock" for call in stage.calls) == 1


def test_undo_is_not_held_by_windows_since_it_restores(s3: Any) -> None:
    stage = approved(POLICY)
    in_force(stage, POLICY + FREEZE)
    preview = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=preview.manifest)
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.UNDONE, None)


def test_an_approval_that_waits_can_be_taken_back_by_any_approver(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    assert ActionId.TAKE_BACK in stage.card_text
    stage.press(ActionId.TAKE_BACK, "U0LEE")
    stage.settle()
    assert stage.state() is State.APPROVED
    stage.press(ActionId.TAKE_BACK, "U0OMAR")
    stage.settle()
    assert (stage.state(), stage.target.attempt.not_before) == (State.PROPOSED, "")
    assert "taken back" in stage.notified
    until_looked_at(stage, hours=11, minutes=1)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)


def test_what_was_taken_back_can_be_approved_again_and_then_runs_once(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    stage.press(ActionId.TAKE_BACK, "U0OMAR")
    stage.settle()
    stage.press(ActionId.APPROVE)
    stage.settle()
    until_looked_at(stage, hours=11, minutes=1)
    assert (stage.state(), block_of(s3)) == (State.FIXED, ALL_ON)
    assert len(stage.accounts.sessions) == 1


def test_automatic_mode_does_not_take_up_what_somebody_took_back(s3: Any) -> None:
    stage = carded(AUTO + NIGHTS)
    stage.settle()
    stage.press(ActionId.TAKE_BACK, "U0OMAR")
    stage.settle()
    until_looked_at(stage, hours=11, minutes=1)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)


@pytest.mark.usefixtures("s3")
def test_before_anybody_approves_the_card_tells_the_windows_and_the_freeze() -> None:
    assert "🗓️ Changes: only Mon–Thu 22:00–06:00 Europe/Berlin" in carded(POLICY + NIGHTS).card_text
    assert "🗓️ Changes: frozen until <!date^1790805600^" in carded(POLICY + FREEZE).card_text


def undo_in_a_pause(s3: Any) -> Stage:
    stage = approved(POLICY)
    say(stage, "pause all incident 42")
    stage.submit(CallbackId.UNDO, manifest=stage.ask_undo().manifest)
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.UNDOING, ALL_ON)
    return stage


def go_on(stage: Stage) -> None:
    say(stage, "resume all")
    say(stage, "resume all", "U0OMAR")
    stage.settle()


def test_an_undo_that_has_not_begun_is_held_to_the_policy_of_its_start(s3: Any) -> None:
    stage = undo_in_a_pause(s3)
    in_force(stage, POLICY + "dry_run: true\n")
    go_on(stage)
    assert (stage.state(), block_of(s3)) == (State.FAILED, ALL_ON)
    assert "dry run" in stage.target.note


def test_an_undo_does_not_begin_while_the_policy_cannot_be_read(s3: Any) -> None:
    stage = approved(POLICY)
    stage.submit(CallbackId.UNDO, manifest=stage.ask_undo().manifest)
    judge(stage)
    in_force(stage, problem=PolicyUnreadable("no policy"))
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.UNDOING, ALL_ON)
    in_force(stage)
    until_looked_at(stage, minutes=6)
    assert (stage.state(), block_of(s3)) == (State.UNDONE, None)


def test_an_approval_that_has_expired_begins_nothing_though_no_sweep_has_ended_it(s3: Any) -> None:
    stage = undo_in_a_pause(s3)
    stage.clock.advance(hours=25)
    go_on(stage)
    assert (stage.state(), block_of(s3)) == (State.FAILED, ALL_ON)
    assert "the approval has expired" in stage.target.note


def test_a_fix_that_was_approved_too_long_ago_is_asked_again_though_no_sweep_has_ended_it(s3: Any) -> None:
    stage = carded(POLICY)
    say(stage, "pause all incident 42")
    stage.press(ActionId.APPROVE)
    stage.settle()
    stage.clock.advance(hours=25)
    go_on(stage)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)
