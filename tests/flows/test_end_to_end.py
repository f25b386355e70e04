"""The spine: event → card → Approve → the same plan runs → two proofs → Undo."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from bot.store import audit
from tests.flows.conftest import BUCKET
from tests.flows.stage import Stage, a_finding

ALL_ON = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def block_of(s3: Any) -> dict[str, bool] | None:
    try:
        found: dict[str, bool] = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    except ClientError:
        return None
    return found


@pytest.mark.usefixtures("s3")
def test_a_failed_finding_becomes_a_card_with_the_exact_change(stage: Stage) -> None:
    assert not stage.tell(a_finding("S3.8"))
    stage.pump()
    assert stage.state() is State.PROPOSED
    assert "all four on" in stage.card_text
    assert ActionId.APPROVE in stage.card_text


@pytest.mark.usefixtures("s3")
def test_three_findings_on_a_bucket_are_one_target_and_one_card(stage: Stage) -> None:
    stage.tell(*(a_finding(control) for control in ("S3.2", "S3.3", "S3.8")))
    stage.pump()
    assert stage.target.open_controls == ("S3.2", "S3.3", "S3.8")
    assert len(stage.slack.called("chat.postMessage")) == 1


def test_an_approved_change_is_made_proved_twice_and_undone(stage: Stage, s3: Any) -> None:
    stage.tell(*(a_finding(control) for control in ("S3.2", "S3.3", "S3.8")))
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert block_of(s3) == ALL_ON
    assert stage.state() is State.FIXED
    stage.clock.advance(minutes=20)
    stage.tell(*(a_finding(control, status="PASSED", minute=20) for control in ("S3.2", "S3.3", "S3.8")))
    stage.pump()
    assert stage.state() is State.RESOLVED
    assert stage.target.attempt.proved_at
    assert stage.target.attempt.confirmed_at
    answer = stage.ask_undo()
    stage.submit(CallbackId.UNDO, manifest=answer.manifest)
    stage.settle()
    assert block_of(s3) is None
    assert stage.state() is State.UNDONE


@pytest.mark.usefixtures("s3")
def test_the_approver_stands_in_the_accounts_own_record(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    ((resource, session),) = stage.accounts.sessions
    assert session.source_identity == "U0DANA"
    assert session.session_name == stage.target.attempt.run_id
    assert resource.account == "111122223333"


@pytest.mark.usefixtures("s3")
def test_a_case_knows_its_history(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    lines = audit.history(stage.table, stage.case.id)
    assert [line.what for line in reversed(lines)] == [
        "target new",
        "planned",
        "approve",
        "run started",
        "fix written",
        "fix proved",
    ]
    assert next(line.calls for line in lines if line.what == "fix written")[-1] == "s3:PutPublicAccessBlock"
