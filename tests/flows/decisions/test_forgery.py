"""`remediate` believes nobody: whatever another function's role may write, or send, leads to no call that people or the
policy have not approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.case import Case
from bot.domain.exemption import ExemptionRequest
from bot.domain.manifest import Manifest
from bot.domain.plan import Change, Plan
from bot.domain.ports import Put
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.messages import ApproveAutomatically, ExecuteRun, JudgeDecision, UpdateSecurityHub, VerifyRun, send
from bot.slack.ids import ActionId, CallbackId
from bot.store import cases, decisions, items, keys
from bot.store.decisions import SignedRequest
from tests.aws import plain_client
from tests.domain.builders import having
from tests.flows.decisions.test_automatic import AUTO
from tests.flows.decisions.test_exempt import exempt
from tests.flows.decisions.test_pause_command import say
from tests.flows.interactions.test_presses import press_button
from tests.flows.stage import POLICY, Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON, block_of

OTHER = "somebody-elses-bucket"
TWO = POLICY.replace("required: 1", "required: 2")
TWO_WHERE_TRAFFIC_IS_CUT = POLICY.replace(
    "required: 1}", "required: 1}, rules: [{effects: [CUTS_TRAFFIC], required: 2}]"
)
PROPOSE_BUT_FOR_ONE = POLICY.replace("{default: approve}", "{default: propose, accounts: {'444455556666': approve}}")
FORGER = "U0MALLORY"


@pytest.fixture
def other(s3: Any) -> str:
    """A second public bucket, about which nobody was asked."""
    s3.create_bucket(Bucket=OTHER, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return f"arn:aws:s3:::{OTHER}"


def carded(policy: str = POLICY) -> Stage:
    stage = Stage(policy=policy)
    stage.tell(a_finding())
    stage.pump()
    return stage


def forge(stage: Stage, change: Callable[[CaseTarget], CaseTarget]) -> None:
    """The target as somebody else's role may write it: ingest, plan and schedule write items of cases."""
    stage.table.write([Put(items.target_item(change(stage.target)))])


def forge_case(stage: Stage, change: Callable[[Case], Case]) -> None:
    """The case likewise."""
    stage.table.write([Put(items.case_item(change(stage.case)))])


def called(stage: Stage) -> list[str]:
    """The calls that change something."""
    return [str(call) for call in stage.calls if not call.operation.startswith(("Get", "List", "Describe", "Head"))]


def elsewhere(target: CaseTarget, resource: str, **where: str) -> str:
    """The plan that the recipe would make of another resource just now, as text."""
    plan = Plan.from_text(target.proposal.plan_text)
    return replace(plan, resource=replace(plan.resource, id=resource, **where)).text


def test_a_plan_that_is_not_the_one_of_the_digest_is_not_run(other: str) -> None:
    stage = carded()
    forge(stage, lambda target: having(target, plan_text=elsewhere(target, other)))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert called(stage) == []
    assert stage.state() is State.PROPOSED


def test_a_plan_for_another_resource_that_was_shown_as_this_one_is_not_run(other: str) -> None:
    """The manifest and the target are forged alike: the person's click names what the forger wrote."""
    stage = carded()
    plan = Plan.from_text(elsewhere(stage.target, other))
    forge(stage, lambda target: having(target, plan_text=plan.text, digest=plan.digest))
    shown = Manifest(stage.case.id, "approve", ((stage.target.target_id, plan.digest),))
    cases.put_manifest(stage.table, shown)
    stage.press(ActionId.APPROVE, manifest=shown.hash)
    stage.settle()
    assert called(stage) == []


def test_an_account_that_the_policy_only_lets_be_looked_at_is_not_changed_as_another(s3: Any) -> None:
    stage = carded(PROPOSE_BUT_FOR_ONE)
    forge(stage, lambda target: replace(target, resource=replace(target.resource, account="444455556666")))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


def test_a_case_of_another_account_does_not_lend_it_to_the_target(s3: Any) -> None:
    stage = carded(PROPOSE_BUT_FOR_ONE)
    forge(stage, lambda target: replace(target, resource=replace(target.resource, account="444455556666")))
    forge_case(stage, lambda case: replace(case, account="444455556666"))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


def test_effects_are_those_of_the_plans_recipe_not_of_another(s3: Any) -> None:
    stage = carded(TWO_WHERE_TRAFFIC_IS_CUT)
    forge(stage, lambda target: replace(target, remediation="AbortIncompleteUploads"))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


def test_a_yes_that_nobody_said_does_not_count(s3: Any) -> None:
    stage = carded(TWO)
    yes = Vote("U0OMAR", keys.stamp(stage.clock.now()), stage.target.proposal.digest)
    forge(stage, lambda target: having(target, votes=(yes,)))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert called(stage) == []
    assert stage.state() is State.PROPOSED
    assert "1 of 2" in stage.notified
    stage.press(ActionId.APPROVE, "U0OMAR")
    stage.settle()
    assert block_of(s3) == ALL_ON


def test_a_yes_that_was_taken_back_by_a_later_question_cannot_be_put_back(s3: Any) -> None:
    stage = carded(TWO)
    stage.press(ActionId.APPROVE, "U0OMAR")
    stage.settle()
    said = stage.target.decision.votes
    stage.submit(CallbackId.DENY, reason="not now")
    stage.settle()
    stage.press(ActionId.ASK_AGAIN)
    stage.settle()
    forge(stage, lambda target: having(target, votes=said))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


def test_a_yes_of_somebody_who_is_no_approver_any_more_does_not_count(s3: Any) -> None:
    stage = carded(TWO)
    stage.press(ActionId.APPROVE, "U0OMAR")
    stage.settle()
    stage.slack.groups["S0SECENG"] = ["U0DANA"]
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert block_of(s3) is None
    assert stage.state() is State.PROPOSED


@pytest.mark.parametrize("state", list(State))
def test_a_state_that_somebody_wrote_leads_to_no_run(s3: Any, state: State) -> None:
    stage = carded()
    forge(stage, lambda target: having(target, state=state, run_id="R1", by="U0DANA", undo_of="R1"))
    send(ExecuteRun(run_id="R1", account_id="111122223333"), stage.world.queues)
    send(VerifyRun(run_id="R1"), stage.world.queues)
    for _ in range(3):
        stage.clock.advance(minutes=6)
        stage.sweep()
    assert called(stage) == []
    assert block_of(s3) is None


def test_a_target_that_is_another_by_the_start_of_its_run_is_not_changed(s3: Any) -> None:
    stage = carded()
    say(stage, "pause all incident 42")
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.APPROVED
    forge(stage, lambda target: replace(target, resource=replace(target.resource, account="444455556666")))
    for user in ("U0DANA", "U0OMAR"):
        say(stage, "resume", user)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


def fixed_and_asked_again(s3: Any) -> tuple[Stage, SignedRequest]:
    """Approved and fixed, undone by somebody by hand, failing again, and waiting with the very same plan."""
    stage = carded()
    request = stage.press(ActionId.APPROVE)
    stage.settle()
    assert block_of(s3) == ALL_ON
    s3.delete_public_access_block(Bucket=stage.target.resource.name)
    stage.clock.advance(minutes=20)
    for minute, status in ((10, "PASSED"), (20, "FAILED")):
        stage.tell(a_finding(minute=minute, status=status))
        stage.settle()
    assert stage.state() is State.PROPOSED
    stage.calls.clear()
    return stage, request


def test_a_click_that_is_kept_twice_counts_once(s3: Any) -> None:
    """The Slack function's role may put what it likes under a case's decisions."""
    stage, request = fixed_and_asked_again(s3)
    key = keys.decision(stage.case.id, "another-name")
    kept = {"body": request.body, "timestamp": request.timestamp, "signature": request.signature}
    stage.table.write([Put({"pk": key.pk, "sk": key.sk, **kept})])
    send(JudgeDecision(case_id=stage.case.id, decision_id=key.sk), stage.world.queues)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


def test_a_click_whose_outcome_is_wiped_out_counts_once(s3: Any) -> None:
    stage = carded(TWO)
    request = stage.press(ActionId.APPROVE)
    stage.settle()
    stage.submit(CallbackId.DENY, "U0OMAR", reason="not now")
    stage.settle()
    stage.press(ActionId.ASK_AGAIN, "U0OMAR")
    stage.settle()
    key = keys.decision(stage.case.id, request.id)
    kept = {"body": request.body, "timestamp": request.timestamp, "signature": request.signature}
    stage.table.write([Put({"pk": key.pk, "sk": key.sk, **kept})])
    send(JudgeDecision(case_id=stage.case.id, decision_id=request.id), stage.world.queues)
    stage.settle()
    stage.press(ActionId.APPROVE, "U0OMAR")
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda one: replace(one, signature="v0=" + "0" * 64), id="signature"),
        pytest.param(lambda one: replace(one, body=one.body.replace("U0LEE", "U0DANA")), id="person"),
        pytest.param(lambda one: replace(one, timestamp=str(int(one.timestamp) + 1)), id="time"),
    ],
)
def test_a_request_that_slack_did_not_sign_decides_nothing(s3: Any, alter: Callable[[SignedRequest], Any]) -> None:
    stage = carded()
    request = stage.press(ActionId.APPROVE, "U0LEE")
    stage.settle()
    stage.decide(stage.case.id, alter(request))
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None


def test_a_manifest_that_was_altered_is_not_what_was_clicked(other: str) -> None:
    """The cards and plan functions' roles may put manifests under any name."""
    stage = carded()
    plan = Plan.from_text(elsewhere(stage.target, other))
    altered = Manifest(stage.case.id, "approve", ((stage.target.target_id, plan.digest),))
    stage.table.write([Put(items.manifest_item(altered) | {"sk": stage.case.manifest})])
    forge(stage, lambda target: having(target, plan_text=plan.text, digest=plan.digest))
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert called(stage) == []


def test_an_undo_that_is_not_what_was_previewed_is_not_run(s3: Any, other: str) -> None:
    stage = carded()
    stage.press(ActionId.APPROVE)
    stage.settle()
    preview = stage.ask_undo()
    stage.calls.clear()
    shown = cases.load_manifest(stage.table, stage.case.id, preview.manifest)
    assert shown
    (target_id, _), *_ = shown.rows
    plain_client("s3").put_public_access_block(Bucket=OTHER, PublicAccessBlockConfiguration=ALL_ON)
    plan = Plan.from_text(shown.plans[target_id])
    wrong = replace(plan, resource=replace(plan.resource, id=other)).text
    stage.table.write([Put(items.manifest_item(replace(shown, plans={target_id: wrong})))])
    stage.submit(CallbackId.UNDO, manifest=preview.manifest)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) == ALL_ON


def test_an_undo_of_what_the_run_did_not_do_is_not_run(s3: Any) -> None:
    """A whole preview is forged, with a plan that no run of ours has left to take back."""
    stage = carded()
    stage.press(ActionId.APPROVE)
    stage.settle()
    stage.calls.clear()
    plan = Plan.from_text(stage.target.proposal.plan_text)
    (change,) = plan.changes
    wrong = replace(plan, changes=(Change(change.setting, change.after, "only ignored"),))
    shown = Manifest(
        stage.case.id, "undo", ((stage.target.target_id, wrong.digest),), {stage.target.target_id: wrong.text}
    )
    forged = replace(shown, run_of={stage.target.target_id: stage.target.attempt.run_id})
    cases.put_manifest(stage.table, forged)
    stage.submit(CallbackId.UNDO, manifest=forged.hash)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) == ALL_ON


@pytest.mark.parametrize("what", ["another resource", "another account", "another recipe"])
def test_automatic_mode_runs_no_plan_but_that_of_its_target(s3: Any, other: str, what: str) -> None:
    allowed = AUTO.replace("{default: auto}", "{default: propose, accounts: {'444455556666': auto}}")
    stage = carded(AUTO if what != "another account" else allowed)
    stage.settle()
    s3.delete_public_access_block(Bucket=stage.target.resource.name)
    stage.calls.clear()
    alter: dict[str, Callable[[CaseTarget], CaseTarget]] = {
        "another resource": lambda target: having(target, plan_text=elsewhere(target, other)),
        "another account": lambda target: replace(target, resource=replace(target.resource, account="444455556666")),
        "another recipe": lambda target: replace(target, remediation="AbortIncompleteUploads"),
    }
    waits = {"state": State.PROPOSED, "no_auto": "", "past_fixes": (), "run_id": "", "votes": ()}
    planned = keys.stamp(stage.clock.now())
    forge(stage, lambda target: alter[what](having(target, **waits, planned_at=planned)))
    send(ApproveAutomatically(case_id=stage.case.id, target_id=stage.target.target_id), stage.world.queues)
    stage.settle()
    assert called(stage) == []


def test_an_exemption_that_nobody_asked_for_is_not_granted_by_one(s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage = carded(TWO)
    now = keys.stamp(stage.clock.now())
    request = ExemptionRequest("U0OMAR", now, reason="forged", until="2026-10-20T23:59:59.000Z", case_id=stage.case.id)
    forge(stage, lambda target: replace(target, exemption_request=request))
    stage.press(ActionId.ALLOW_EXEMPTION, manifest=request.id)
    stage.settle()
    assert stage.state() is State.PROPOSED
    assert "SUPPRESSED" not in [update.workflow for update in stage.hub.updates]


def test_a_yes_to_an_exemption_that_nobody_said_does_not_count(s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage = carded(POLICY.replace("required: 1", "required: 3"))
    exempt(stage)
    forge(stage, lambda target: replace(target, exemption_request=replace(target.exemption_request, allowed=(FORGER,))))
    press_button(stage, ActionId.ALLOW_EXEMPTION, "U0OMAR")
    stage.settle()
    assert stage.state() is State.PROPOSED


def test_security_hub_is_told_of_no_exemption_that_does_not_exist(s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage = carded()
    until = "2026-10-20T23:59:59.000Z"
    forge(stage, lambda target: having(target, state=State.EXEMPTED, exemption="f" * 32, until=until, by=FORGER))
    send(UpdateSecurityHub(case_id=stage.case.id, target_id=stage.target.target_id), stage.world.queues)
    stage.settle()
    assert "SUPPRESSED" not in [update.workflow for update in stage.hub.updates]


def test_a_decision_about_a_case_that_lies_under_another_decides_nothing(s3: Any) -> None:
    stage = carded()
    request = stage.press(ActionId.APPROVE, "U0LEE")
    stage.settle()
    now = keys.stamp(stage.clock.now())
    decisions.put_decision(stage.table, request, "01OTHERCASE", now, now)
    send(JudgeDecision(case_id="01OTHERCASE", decision_id=request.id), stage.world.queues)
    stage.settle()
    assert called(stage) == []
    assert block_of(s3) is None
