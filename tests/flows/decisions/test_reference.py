"""A change reference: asked for by a form, held to the policy's pattern by `remediate` itself, and kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId, BlockId, CallbackId, Metadata
from bot.store import audit
from tests.builders_slack import submission
from tests.flows.decisions.test_automatic import AUTO
from tests.flows.decisions.test_rate_limit import recorded
from tests.flows.execution.test_start import NIGHTS, approved, in_force, until_looked_at
from tests.flows.slack_stage import POLICY as SLACK_POLICY
from tests.flows.slack_stage import SlackStage
from tests.flows.stage import CHANNEL, POLICY, Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON, block_of

WANTED = 'change_reference: {pattern: "CHG[0-9]{7}", label: Change ticket},'
REFERENCE = POLICY.replace(f"channel: {CHANNEL},", f"channel: {CHANNEL}, {WANTED}")
GOOD = "CHG0012345"


def carded(policy: str = REFERENCE) -> Stage:
    stage = Stage(policy=policy)
    stage.tell(a_finding())
    stage.settle()
    return stage


def approve(stage: Stage, reference: str, user: str = "U0DANA") -> Stage:
    stage.submit(CallbackId.APPROVE, user, reference=reference)
    stage.settle()
    return stage


def test_an_approval_names_its_change_and_card_history_and_audit_keep_it(s3: Any) -> None:
    stage = approve(carded(), GOOD)
    assert block_of(s3) == ALL_ON
    assert (
        f"✅ *Fixed* by <@U0DANA> · <!date^1790067610^{{date_short_pretty}} {{time}}|2026-09-22 09:00 UTC> · `{GOOD}`"
        in (stage.card["attachments"][0]["blocks"][1]["text"]["text"])
    )
    (entry,) = recorded(stage, "approve")
    assert entry["reference"] == GOOD
    (line,) = [line for line in audit.history(stage.table, stage.case.id) if line.what == "approve"]
    assert line.reference == GOOD


@pytest.mark.parametrize("reference", ["", "CHG123", "CHG00123456", "chg0012345", "CHG0012345\n", f"{GOOD} or so"])
def test_remediate_holds_the_signed_form_to_the_pattern_itself(s3: Any, reference: str) -> None:
    stage = carded()
    stage.submit(CallbackId.APPROVE, reference=reference.replace("\n", "\u2028x"))
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)
    assert "please give a change reference (Change ticket) that looks like CHG[0-9]{7}" in stage.notified


def test_a_press_of_an_old_card_without_a_form_approves_nothing(s3: Any) -> None:
    stage = carded(POLICY)
    in_force(stage, REFERENCE)
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)


def test_a_page_of_review_is_held_to_it_too(s3: Any) -> None:
    stage = carded()
    stage.submit(CallbackId.REVIEW)
    stage.settle()
    assert block_of(s3) is None
    stage.submit(CallbackId.REVIEW, reference=GOOD)
    stage.settle()
    assert block_of(s3) == ALL_ON


@pytest.mark.usefixtures("s3")
def test_each_of_two_approvers_names_one_and_the_last_stands_on_the_card() -> None:
    stage = approve(carded(REFERENCE.replace("required: 1", "required: 2")), GOOD)
    assert stage.state() is State.PROPOSED
    approve(stage, "", "U0OMAR")
    assert stage.state() is State.PROPOSED
    approve(stage, "CHG7654321", "U0OMAR")
    assert stage.state() is State.FIXED
    assert "`CHG7654321`" in stage.card_text
    assert {entry["reference"] for entry in recorded(stage, "approve")} == {GOOD, "CHG7654321"}


@pytest.mark.usefixtures("s3")
def test_automatic_mode_never_runs_where_people_have_to_name_a_change() -> None:
    stage = carded(AUTO.replace(f"channel: {CHANNEL},", f"channel: {CHANNEL}, {WANTED}"))
    assert stage.state() is State.PROPOSED


def test_what_was_approved_without_one_does_not_begin_where_one_is_wanted_by_then(s3: Any) -> None:
    stage = approved(POLICY + NIGHTS)
    in_force(stage, REFERENCE + NIGHTS)
    until_looked_at(stage, hours=11, minutes=1)
    assert (stage.state(), block_of(s3)) == (State.PROPOSED, None)


def test_undo_asks_for_none_since_it_restores(s3: Any) -> None:
    stage = approve(carded(), GOOD)
    preview = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=preview.manifest)
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.UNDONE, None)
    assert GOOD not in stage.card_text


@pytest.mark.usefixtures("s3")
def test_asked_again_it_needs_another_approval_with_one() -> None:
    stage = approve(carded(), GOOD)
    preview = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=preview.manifest)
    stage.settle()
    stage.press(ActionId.ASK_AGAIN)
    stage.settle()
    assert stage.target.decision.reference == ""
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.PROPOSED


# ------------------------------------------------------------------ the Slack function


@pytest.fixture
def slack() -> SlackStage:
    return SlackStage(policy=SLACK_POLICY.replace("channel: C0SECPROD,", f"channel: C0SECPROD, {WANTED}"))


def submit(stage: SlackStage, callback: CallbackId, reference: str, user: str = "U0DANA") -> dict[str, Any]:
    about = Metadata(stage.case.id, stage.manifest.hash, stage.case.channel, stage.case.ts)
    body = submission(callback, about, user)
    field = {ActionId.CHANGE_REFERENCE.value: {"type": "plain_text_input", "value": reference}}
    body["view"]["state"]["values"] = {BlockId.CHANGE_REFERENCE.value: field}
    answered = stage.payload(body)["body"]
    found: dict[str, Any] = json.loads(answered) if answered else {}
    return found


def test_approve_opens_a_form_and_decides_nothing_yet(slack: SlackStage) -> None:
    slack.press(ActionId.APPROVE)
    assert slack.view["callback_id"] == CallbackId.APPROVE
    assert "Change ticket" in slack.shown
    assert "public access block: absent → all four on." in slack.shown
    assert slack.decisions == []


def test_who_may_not_approve_gets_no_form(slack: SlackStage) -> None:
    slack.press(ActionId.APPROVE, "U0LEE")
    assert slack.slack.views == {}
    assert "not one of the approvers" in slack.told


@pytest.mark.parametrize("callback", [CallbackId.APPROVE, CallbackId.REVIEW])
def test_a_wrong_reference_is_told_beside_its_field(slack: SlackStage, callback: CallbackId) -> None:
    answered = submit(slack, callback, "tomorrow")
    assert answered["errors"] == {
        BlockId.CHANGE_REFERENCE: "please give a change reference (Change ticket) that looks like CHG[0-9]{7}"
    }
    assert slack.decisions == []


@pytest.mark.parametrize("callback", [CallbackId.APPROVE, CallbackId.REVIEW])
def test_the_signed_form_is_the_decision(slack: SlackStage, callback: CallbackId) -> None:
    submit(slack, callback, GOOD)
    (kept,) = slack.decisions
    assert GOOD in kept["body"]


def test_without_the_policys_wish_a_press_is_the_decision() -> None:
    stage = SlackStage()
    stage.press(ActionId.APPROVE)
    assert len(stage.decisions) == 1
    assert stage.slack.views == {}
