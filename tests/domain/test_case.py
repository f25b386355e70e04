"""Targets and cases: what is open, what is shown, what a run puts off."""

from __future__ import annotations

import pytest

from bot.domain.case import pointer_id
from bot.domain.errors import IllegalStep
from bot.domain.finding import Severity, Status
from bot.domain.manifest import Manifest
from bot.domain.states import State, Step
from tests.domain.builders import a_case, a_note, a_plan, a_target

ROWS = (("t1", "d1"), ("t2", "d2"))


def test_only_controls_that_fail_are_open_and_all_are_known() -> None:
    target = a_target(a_note("S3.8"), a_note("S3.2", Status.PASSED), a_note("S3.3"), a_note("S3.8"))
    assert target.open_controls == ("S3.3", "S3.8")
    assert target.controls == ("S3.2", "S3.3", "S3.8")


def test_the_severity_is_the_worst_of_what_is_open() -> None:
    passed = a_note("S3.2", Status.PASSED, Severity.CRITICAL)
    assert a_target(passed, a_note(severity=Severity.LOW), a_note(severity=Severity.HIGH)).severity is Severity.HIGH
    assert a_target(passed).severity is Severity.CRITICAL
    assert a_target().severity is Severity.INFORMATIONAL


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OPEN])
def test_a_target_fails_only_while_a_finding_is_open(status: Status) -> None:
    assert not a_target(a_note(status=status)).failing
    assert a_target(a_note(status=status), a_note()).failing


def test_a_remediation_works_on_the_open_controls_and_on_all_once_none_is_open() -> None:
    half = a_target(a_note("S3.8"), a_note("S3.2", Status.PASSED))
    assert half.for_remediation({"a": 1}).controls == {"S3.8"}
    assert a_target(a_note("S3.2", Status.PASSED)).for_remediation({}).controls == {"S3.2"}


def test_the_plan_that_people_see_comes_from_its_stored_text() -> None:
    plan = a_plan(("tls", False, True))
    shown = a_target(plan_text=plan.text).proposal.plan
    assert shown is not None
    assert shown.digest == plan.digest
    assert a_target().proposal.plan is None


def test_a_step_moves_the_target_or_raises() -> None:
    assert a_target(state=State.NEW).after(Step.PLANNED).state is State.PROPOSED
    with pytest.raises(IllegalStep):
        a_target(state=State.NEW).after(Step.APPROVE)


@pytest.mark.parametrize("step", [Step.PASSED, Step.ARCHIVED, Step.GONE])
@pytest.mark.parametrize("state", [State.APPLYING, State.UNDOING])
def test_a_closing_during_a_run_waits_for_its_end(state: State, step: Step) -> None:
    during = a_target(state=state).after(step)
    assert (during.state, during.closing) == (state, step)
    assert during.settled() is during
    after = during.after(Step.ERROR).settled()
    assert (after.state, after.closing) == (State.RESOLVED, "")


def test_without_a_closing_nothing_is_to_settle() -> None:
    target = a_target(state=State.VERIFYING)
    assert target.settled() is target


def test_a_closing_that_the_state_has_no_step_for_is_forgotten() -> None:
    target = a_target(state=State.RESOLVED, closing=Step.PASSED).settled()
    assert (target.state, target.closing) == (State.RESOLVED, "")


def test_a_case_counts_its_targets_by_state() -> None:
    case = a_case(counts={"proposed": 3, "fixed": 2})
    assert (case.total, case.count(State.PROPOSED), case.count(State.PROPOSED, State.FIXED, State.NEW)) == (5, 3, 5)


def test_an_open_case_is_found_by_subject_route_and_channel() -> None:
    assert pointer_id("A", "C01", "S0SEC") == pointer_id("A", "C01", "S0SEC")
    others = {
        pointer_id("A", "C02", "S0SEC"),
        pointer_id("A", "C01", "S0OPS"),
        pointer_id("B", "C01", "S0SEC"),
    }
    assert pointer_id("A", "C01", "S0SEC") not in others
    assert len(others) == 3


def test_a_manifest_is_named_by_what_it_shows_in_whatever_order() -> None:
    one = Manifest("01J", "fix", ROWS)
    assert one.hash == Manifest("01J", "fix", ROWS[::-1], plans={"d1": "text"}).hash
    assert len(one.hash) == 32


@pytest.mark.parametrize(
    "other",
    [
        Manifest("01K", "fix", ROWS),
        Manifest("01J", "undo", ROWS),
        Manifest("01J", "fix", ROWS[:1]),
        Manifest("01J", "fix", (("t1", "d2"), ("t2", "d1"))),
    ],
)
def test_another_case_kind_target_or_digest_is_another_manifest(other: Manifest) -> None:
    assert other.hash != Manifest("01J", "fix", ROWS).hash


def test_asking_for_a_state_that_it_is_not_in_says_what_it_is_in() -> None:
    a_target(state=State.HANDED_OVER).require(State.PROPOSED, State.HANDED_OVER)
    with pytest.raises(IllegalStep, match="it is handed over now"):
        a_target(state=State.HANDED_OVER).require(State.PROPOSED)
