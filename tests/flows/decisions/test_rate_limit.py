"""Approvals an hour, and the evidence of each right."""

from __future__ import annotations

from typing import Any

from bot.domain.states import State
from bot.slack.ids import ActionId
from tests.flows.stage import POLICY, Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON, block_of


def recorded(stage: Stage, what: str) -> list[dict[str, Any]]:
    """The record's entries of this kind."""
    return [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#") and item["what"] == what]


def carded(stage: Stage) -> Stage:
    stage.tell(a_finding())
    stage.pump()
    return stage


def fix_and_ask_again(stage: Stage, s3: Any) -> None:
    """A fix, and then the same question once more."""
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.FIXED
    stage.clock.advance(minutes=20)
    stage.tell(a_finding(status="PASSED", minute=20))
    stage.pump()
    s3.delete_public_access_block(Bucket=stage.target.resource.name)
    stage.clock.advance(minutes=10)
    stage.tell(a_finding(minute=30))
    stage.pump()
    assert stage.state() is State.PROPOSED


def test_above_a_persons_number_an_hour_a_second_person_is_needed(s3: Any) -> None:
    stage = carded(Stage(policy=POLICY + "limits: {per_person_per_hour: 1}\n"))
    fix_and_ask_again(stage, s3)
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert block_of(s3) is None
    assert "1 of 2. You have approved 1 changes in this hour" in stage.notified
    assert "👍 1 of 2 approved" in stage.card_text
    stage.press(ActionId.APPROVE, "U0OMAR")
    stage.settle()
    assert block_of(s3) == ALL_ON


def test_above_an_accounts_number_an_hour_two_people_are_needed(s3: Any) -> None:
    stage = carded(Stage(policy=POLICY + "limits: {per_account_per_hour: 1}\n"))
    fix_and_ask_again(stage, s3)
    stage.press(ActionId.APPROVE, "U0OMAR")
    stage.settle()
    assert block_of(s3) is None
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert block_of(s3) == ALL_ON


def test_the_next_hour_begins_anew(s3: Any) -> None:
    stage = carded(Stage(policy=POLICY + "limits: {per_person_per_hour: 1}\n"))
    fix_and_ask_again(stage, s3)
    stage.clock.advance(hours=1)
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert block_of(s3) == ALL_ON


def test_a_decision_keeps_the_evidence_of_its_right(stage: Stage, s3: Any) -> None:  # noqa: ARG001 - a bucket
    carded(stage).press(ActionId.APPROVE)
    stage.settle()
    (entry,) = [
        item for item in stage.table.everything() if item["pk"].startswith("AUDIT#") and item["what"] == "approve"
    ]
    assert (entry["who"], entry["policy"]) == ("U0DANA", "v1")
    assert entry["grounds"] == {
        "route": "routes[0]",
        "via": "routes[0]: group S0SECENG",
        "required": 1,
        "members": {"S0SECENG": ["U0DANA", "U0GUEST", "U0OMAR"]},
    }
