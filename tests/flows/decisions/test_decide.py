"""What people may decide, and what a decision never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.memory.secrets import StaticSecrets
from bot.domain.errors import PolicyUnreadable
from bot.domain.ports import Delete, Put
from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from bot.store import keys
from bot.store.decisions import SignedRequest
from tests.flows.conftest import BUCKET
from tests.flows.stage import POLICY, SIGNING_SECRET, Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON, block_of

PARTLY = {**ALL_ON, "RestrictPublicBuckets": False}


@pytest.fixture
def carded(stage: Stage, s3: Any) -> Stage:  # noqa: ARG001 - a fixture cannot use usefixtures
    """A stage whose bucket waits for a decision."""
    stage.tell(a_finding())
    stage.pump()
    return stage


def the_notice(stage: Stage) -> str:
    return stage.notified


def test_a_resource_that_moved_since_is_stale_and_nothing_is_called(carded: Stage, s3: Any) -> None:
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=PARTLY)
    carded.press(ActionId.APPROVE)
    carded.settle()
    assert carded.state() is State.STALE
    assert block_of(s3) == PARTLY
    assert carded.target.attempt.conflicts
    assert "RestrictPublicBuckets" in carded.card_text or "only" in carded.card_text


def test_what_was_stale_can_be_asked_again_with_the_new_plan(carded: Stage, s3: Any) -> None:
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=PARTLY)
    carded.press(ActionId.APPROVE)
    carded.settle()
    carded.press(ActionId.ASK_AGAIN)
    carded.settle()
    assert carded.state() is State.PROPOSED
    carded.press(ActionId.APPROVE)
    carded.settle()
    assert block_of(s3) == ALL_ON


def rotated(stage: Stage, *secrets: str) -> None:
    stage.world = replace(stage.world, secrets=StaticSecrets({"slack/signing-secret": secrets}))


def test_while_the_signing_secret_is_replaced_a_click_that_the_old_one_signed_counts(carded: Stage, s3: Any) -> None:
    rotated(carded, "the new one", SIGNING_SECRET)
    carded.press(ActionId.APPROVE)
    carded.settle()
    assert block_of(s3) == ALL_ON


def test_a_click_that_a_secret_signed_which_is_no_more_counts_for_nothing(carded: Stage) -> None:
    rotated(carded, "the new one")
    carded.press(ActionId.APPROVE)
    carded.settle()
    assert carded.state() is State.PROPOSED


def test_somebody_who_may_not_changes_nothing_and_is_told_why(carded: Stage, s3: Any) -> None:
    carded.press(ActionId.APPROVE, "U0LEE")
    carded.settle()
    assert carded.state() is State.PROPOSED
    assert block_of(s3) is None
    assert "not one of the approvers" in the_notice(carded)


def test_a_guest_may_not_even_as_a_member_of_the_group(carded: Stage) -> None:
    carded.press(ActionId.APPROVE, "U0GUEST")
    carded.settle()
    assert carded.state() is State.PROPOSED
    assert "guests" in the_notice(carded)


def test_of_two_people_at_once_one_wins_and_the_other_is_told(carded: Stage) -> None:
    carded.press(ActionId.APPROVE, "U0DANA")
    carded.press(ActionId.APPROVE, "U0OMAR")
    carded.settle()
    assert carded.target.decision.by == "U0DANA"
    assert len(carded.accounts.sessions) == 1
    assert "Not done: it is" in the_notice(carded)


def test_a_denial_keeps_its_reason_and_changes_nothing(carded: Stage, s3: Any) -> None:
    carded.submit(CallbackId.DENY, reason="public on purpose")
    carded.settle()
    assert carded.state() is State.DENIED
    assert carded.target.decision.reason == "public on purpose"
    assert block_of(s3) is None


def test_a_click_on_an_old_card_decides_nothing(carded: Stage) -> None:
    carded.press(ActionId.APPROVE, ts="1700000000.000001")
    carded.settle()
    assert carded.state() is State.PROPOSED
    assert "not the current one" in the_notice(carded)


def test_a_forged_request_decides_nothing(carded: Stage) -> None:
    request = carded.press(ActionId.DENY)
    forged = SignedRequest(
        request.body.replace("cspm_deny", "cspm_approve"), request.timestamp, request.signature + "0"
    )
    carded.decide(carded.case.id, forged)
    carded.settle()
    assert carded.state() is State.PROPOSED


def test_the_same_click_delivered_again_and_again_counts_once(carded: Stage) -> None:
    request = carded.press(ActionId.APPROVE)
    carded.settle()
    for _ in range(3):
        carded.decide(carded.case.id, request)
        carded.settle()
    assert len(carded.accounts.sessions) == 1


def test_a_manifest_that_nobody_stored_decides_nothing(carded: Stage) -> None:
    carded.press(ActionId.APPROVE, manifest="0" * 32)
    carded.settle()
    assert carded.state() is State.PROPOSED


def test_without_a_readable_policy_nothing_is_decided_but_the_card_stays(carded: Stage) -> None:
    broken = replace(carded.world, policies=_Broken())
    carded.world = broken
    carded.press(ActionId.APPROVE)
    carded.settle()
    assert carded.state() is State.PROPOSED
    assert "Nothing was decided" in the_notice(carded)


class _Broken:
    def text(self) -> tuple[str, str]:
        raise PolicyUnreadable("AppConfig does not answer")


@pytest.mark.usefixtures("s3")
def test_at_the_stage_propose_nobody_can_approve() -> None:
    stage = Stage(policy=POLICY.replace("default: approve", "default: propose"))
    stage.tell(a_finding())
    stage.pump()
    assert ActionId.APPROVE not in stage.card_text
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.PROPOSED


def test_two_approvers_are_needed_where_the_policy_says_so(s3: Any) -> None:
    stage = Stage(policy=POLICY.replace("required: 1", "required: 2"))
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE, "U0DANA")
    stage.settle()
    stage.press(ActionId.APPROVE, "U0DANA")
    stage.settle()
    assert block_of(s3) is None
    stage.press(ActionId.APPROVE, "U0OMAR")
    stage.settle()
    assert block_of(s3) == ALL_ON
    assert "✅ *Fixed* by <@U0DANA>, <@U0OMAR>" in stage.card_text


def test_an_undo_spares_what_others_changed_since(carded: Stage, s3: Any) -> None:
    carded.press(ActionId.APPROVE)
    carded.settle()
    preview = carded.ask_undo()
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=PARTLY)
    carded.submit(CallbackId.UNDO, manifest=preview.manifest)
    carded.settle()
    assert carded.state() is State.FAILED
    assert block_of(s3) == PARTLY
    assert carded.target.attempt.conflicts


def test_an_undo_that_would_overwrite_is_refused_in_its_preview(carded: Stage, s3: Any) -> None:
    carded.press(ActionId.APPROVE)
    carded.settle()
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=PARTLY)
    preview = carded.ask_undo()
    assert preview.manifest == ""
    assert preview.problems[0].conflicts


def test_an_unanswered_card_lapses(carded: Stage) -> None:
    carded.clock.advance(hours=24, minutes=1)
    carded.sweep()
    assert carded.state() is State.LAPSED


def test_while_paused_an_approved_change_waits_however_long(carded: Stage, s3: Any) -> None:
    stop = keys.pause("all")
    carded.table.write([Put({"pk": stop.pk, "sk": stop.sk, "by": "U0DANA", "reason": "incident"})])
    carded.press(ActionId.APPROVE)
    carded.settle()
    carded.clock.advance(hours=3)
    carded.sweep()
    assert carded.state() is State.APPROVED
    assert block_of(s3) is None
    carded.table.write([Delete(stop)])
    carded.clock.advance(minutes=6)
    carded.sweep()
    carded.settle()
    assert block_of(s3) == ALL_ON


def test_what_fails_again_is_a_new_question_with_nothing_of_the_old_answer(carded: Stage, s3: Any) -> None:
    carded.press(ActionId.APPROVE)
    carded.settle()
    carded.clock.advance(minutes=20)
    carded.tell(a_finding(status="PASSED", minute=20))
    carded.pump()
    s3.delete_public_access_block(Bucket=BUCKET)
    carded.clock.advance(minutes=10)
    carded.tell(a_finding(minute=30))
    carded.pump()
    assert carded.state() is State.PROPOSED
    assert (carded.target.decision.by, carded.target.attempt.run_id, carded.target.attempt.proved_at) == ("", "", "")
    carded.press(ActionId.APPROVE)
    carded.settle()
    assert block_of(s3) == ALL_ON


@pytest.mark.parametrize("timestamp", ["", "x", "٣", "9" * 400])
def test_a_timestamp_that_is_none_is_no_signature(carded: Stage, timestamp: str) -> None:
    request = carded.press(ActionId.APPROVE, "U0LEE")
    carded.decide(carded.case.id, replace(request, timestamp=timestamp, signature=f"v0={timestamp}"))
    carded.settle()
    assert carded.state() is State.PROPOSED
