"""What Security Hub is told of decisions, and that nothing goes round in circles."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId, CallbackId
from tests.flows.stage import POLICY, Stage, a_finding

pytestmark = pytest.mark.usefixtures("s3")


def with_mode(mode: str) -> Stage:
    return Stage(policy=POLICY.replace("required: 1}", f"required: 1}}, write_back: {mode}"))


def approved(stage: Stage) -> Stage:
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    return stage


def told(stage: Stage) -> list[tuple[str, str]]:
    return [(update.workflow, update.note.partition(",")[0]) for update in stage.hub.updates]


def test_by_default_notes_tell_where_it_stands_now_and_who_decided(stage: Stage) -> None:
    approved(stage)
    run = stage.target.attempt.run_id
    assert told(stage) == [
        ("", "Asked in Slack channel C0SECURITY"),
        ("", f"Fixed by run {run}"),
    ]
    (((own_id, product),),) = {update.findings for update in stage.hub.updates}
    assert own_id.startswith("arn:aws:securityhub:")
    assert product == "arn:aws:securityhub:eu-west-1::product/aws/securityhub"
    assert {update.author for update in stage.hub.updates} == {"cspm-bot", "cspm-bot for U0DANA"}


def test_with_status_people_know_of_it_and_nobody_ever_says_resolved() -> None:
    stage = approved(with_mode("status"))
    assert [workflow for workflow, _ in told(stage)] == ["NOTIFIED", ""]


def test_with_none_nothing_is_told() -> None:
    stage = approved(with_mode("none"))
    assert stage.state() is State.FIXED
    assert stage.hub.updates == []


def test_a_denial_is_told_with_its_reason(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.submit(CallbackId.DENY, reason="public on purpose")
    stage.settle()
    assert stage.hub.updates[-1].note == "Fix denied by U0DANA: public on purpose"


def test_the_events_of_our_own_updates_cause_nothing() -> None:
    stage = with_mode("status")
    stage.tell(a_finding())
    stage.pump()
    before, version = len(stage.hub.updates), stage.case.version
    ours: dict[str, Any] = {"Note": {"Text": "Asked in Slack", "UpdatedBy": "cspm-bot"}}
    stage.tell(a_finding(**ours))
    stage.pump()
    assert stage.case.version == version
    stage.tell(a_finding(minute=1, **ours, Workflow={"Status": "NOTIFIED"}))
    stage.settle()
    assert len(stage.hub.updates) == before
    assert stage.state() is State.PROPOSED


def test_what_security_hub_wants_again_later_is_told_again(stage: Stage) -> None:
    stage.hub.refusals = {"x": "ConcurrentUpdateError"}
    stage.tell(a_finding())
    stage.pump()
    stage.hub.refusals = {}
    first = len(stage.hub.updates)
    assert first >= 1
    stage.pump()
    assert len(stage.hub.updates) == first + 1


def test_what_security_hub_does_not_know_is_recorded_and_not_tried_again(stage: Stage) -> None:
    stage.hub.refusals = {"x": "FindingNotFound"}
    stage.tell(a_finding())
    stage.pump()
    assert len(stage.hub.updates) == 1
    (entry,) = [item for item in stage.table.everything() if item.get("what") == "security hub told"]
    assert "not taken: FindingNotFound" in entry["reason"]
