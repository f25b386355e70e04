"""The record has every decision, every refusal and every call to AWS: who, when, by which policy, before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.memory.faults import Crash, FaultPlan
from bot.domain.errors import Busy, CspmError, Unknown
from bot.domain.states import State
from bot.flows.execution import circuit_breaker, execute, outcome
from bot.slack.ids import ActionId, ButtonValue, CallbackId
from bot.store import runs
from handlers import slack
from tests.builders_slack import Context, form_of, http_event, press
from tests.flows.decisions.test_pause_command import say
from tests.flows.execution.test_faults import approved
from tests.flows.interactions.test_lookups import fixed
from tests.flows.stage import POLICY, Stage, a_finding

pytestmark = pytest.mark.usefixtures("s3")

PUT = "s3:PutPublicAccessBlock"
READ = "s3:GetPublicAccessBlock"


def told(stage: Stage, what: str) -> list[dict[str, Any]]:
    """The entries of this name, oldest first."""
    found = [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#") and item["what"] == what]
    return sorted(found, key=lambda item: str(item["sk"]))


def carded(stage: Stage) -> Stage:
    stage.tell(a_finding())
    stage.pump()
    return stage


def test_a_refusal_says_who_wanted_what_on_which_card_and_by_which_policy(stage: Stage) -> None:
    carded(stage).press(ActionId.APPROVE, "U0LEE")
    stage.pump()
    (entry,) = told(stage, "decision")
    assert (entry["who"], entry["policy"], entry["account"]) == ("U0LEE", "v1", "111122223333")
    assert entry["digest"] == stage.case.manifest
    assert entry["reason"].startswith("approve: Not done: you are not one of the approvers")


def test_a_refusal_at_once_is_on_record_too_and_decides_nothing(stage: Stage) -> None:
    carded(stage)
    press_in_slack(stage, "U0LEE")
    assert "may decide" in stage.slack.ephemeral[-1]["text"] or "One of" in stage.slack.ephemeral[-1]["text"]
    stage.slack.groups["S0SECENG"].append("U0LEE")
    stage.clock.advance(seconds=61)
    stage.pump()
    (entry,) = told(stage, "decision")
    assert entry["who"] == "U0LEE"
    assert entry["reason"].startswith("approve: refused at once: ")
    assert stage.state() is State.PROPOSED
    assert stage.answers == []


def press_in_slack(stage: Stage, user: str) -> None:
    value = ButtonValue(stage.case.id, stage.case.manifest)
    payload = press(ActionId.APPROVE, value, user, stage.case.channel, stage.case.ts, "T0ACME")
    slack.handler(http_event(form_of(payload), stage.clock.wall()), Context(), stage.world)


def test_a_refusal_before_a_change_reference_is_asked_for_is_on_record_too(stage: Stage) -> None:
    carded(stage)
    reference = "{change_reference: {pattern: 'CHG[0-9]+', label: Change}, channel: C0SECURITY"
    policies: Any = stage.world.policies
    policies.policy = POLICY.replace("{channel: C0SECURITY", reference)
    press_in_slack(stage, "U0LEE")
    stage.pump()
    (entry,) = told(stage, "decision")
    assert entry["reason"].startswith("approve: refused at once: ")


def test_a_command_that_is_refused_is_on_record_with_its_words(stage: Stage) -> None:
    say(stage, "pause all because", "U0LEE")
    (entry,) = told(stage, "decision")
    assert entry["reason"].startswith("/cspm pause all because: Nothing was decided: ")


def test_what_was_read_to_plan_and_to_prove_is_on_record(stage: Stage) -> None:
    fixed(stage)
    assert READ in told(stage, "planned")[0]["calls"]
    (proved,) = told(stage, "fix proved")
    assert READ in proved["calls"]
    assert PUT not in proved["calls"]
    (written,) = told(stage, "fix written")
    assert PUT in written["calls"]


def test_a_preview_of_an_undo_is_on_record_with_who_looked(stage: Stage) -> None:
    fixed(stage).ask_undo()
    (entry,) = told(stage, "undo previewed")
    assert (entry["who"], entry["before"], entry["after"]) == ("U0DANA", "fixed", "fixed")
    assert READ in entry["calls"]


def test_a_call_that_aws_refused_is_on_record(stage: Stage) -> None:
    carded(stage)
    stage.refuse = PUT
    stage.press(ActionId.APPROVE)
    stage.settle()
    (failed,) = told(stage, "fix failed")
    assert PUT in failed["calls"]
    assert "changes" not in failed


def test_what_was_called_before_it_was_found_stale_is_on_record(stage: Stage, s3: Any) -> None:
    carded(stage)
    half = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    s3.put_public_access_block(Bucket="acme-payroll-exports", PublicAccessBlockConfiguration=half)
    stage.press(ActionId.APPROVE)
    stage.settle()
    (entry,) = told(stage, "stale")
    assert READ in entry["calls"]


def test_a_run_that_is_taken_over_keeps_the_calls_of_its_first_owner() -> None:
    faults = FaultPlan()
    stage, run_id = approved(faults)
    faults.watch = crash_after_the_write
    with pytest.raises(Crash):
        stage.execute(run_id)
    faults.watch = None
    stage.clock.advance(seconds=execute.LEASE.total_seconds() + 1)
    stage.execute(run_id)
    (written,) = told(stage, "fix written")
    assert written["calls"].count(READ) == 2


def crash_after_the_write(call: str) -> None:
    if call == PUT:
        raise Crash


def test_every_call_in_the_account_is_on_record_whatever_comes_of_it(stage: Stage) -> None:
    fixed(stage)
    preview = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=preview.manifest)
    stage.settle()
    entries = [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#")]
    recorded = [call for entry in entries for call in entry["calls"] if call.startswith("s3:")]
    assert sorted(set(recorded)) == sorted({str(call) for call in stage.calls})


def test_a_run_that_is_dropped_before_it_begins_is_on_record(stage: Stage) -> None:
    run = runs.load_run(stage.table, fixed(stage).target.attempt.run_id)
    assert run
    outcome.abandoned(run, "the target has moved on", stage.world)
    (entry,) = told(stage, "fix dropped")
    assert (entry["who"], entry["run"], entry["reason"]) == ("U0DANA", run.id, "the target has moved on")


def test_automatic_mode_that_stops_itself_is_on_record(stage: Stage) -> None:
    run = runs.load_run(stage.table, fixed(stage).target.attempt.run_id)
    assert run
    by_policy = replace(run, approved_by=("policy@v1",))
    for _ in range(circuit_breaker.FAILURES_TO_STOP):
        stage.table.write(circuit_breaker.result_writes(by_policy, stage.world, failed=True))
    (entry,) = told(stage, "automatic mode stopped")
    assert (entry["account"], entry["policy"]) == ("111122223333", "v1")
    assert entry["reason"].startswith(f"{run.plan.remediation}: 3 failures in a row")


@pytest.mark.parametrize("problem", [Busy("throttled", 5), Unknown("no answer")])
def test_what_security_hub_did_not_answer_is_on_record(stage: Stage, problem: CspmError) -> None:
    stage.tell(a_finding())
    stage.hub.problem = problem
    stage.pump(rounds=1)
    stage.pump(rounds=3)
    entries = told(stage, "security hub told")
    assert entries
    assert str(problem) in entries[0]["reason"]


def test_an_entry_about_nothing_that_moved_is_not_told_twice(stage: Stage) -> None:
    run = runs.load_run(stage.table, fixed(stage).target.attempt.run_id)
    assert run
    for _ in range(2):
        outcome.verify_pending(run, "not yet", (), stage.world)
    assert len(told(stage, "fix read back")) == 1
