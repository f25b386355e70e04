"""From the button on the card to the proof and back: what people press is what the bot posted, signed by Slack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId, ButtonValue, CallbackId, Metadata
from handlers import slack
from tests.builders_slack import Context, Json, form_of, http_event, press, submission
from tests.flows.stage import Stage, a_finding, deliver
from tests.flows.test_end_to_end import ALL_ON, block_of


def buttons(stage: Stage) -> dict[str, Json]:
    """What can be pressed on the live card."""
    blocks = [block for attachment in stage.card["attachments"] for block in attachment["blocks"]]
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {button["action_id"]: button for row in rows for button in row}


def send(stage: Stage, payload: Json) -> Json:
    answered = slack.handler(http_event(form_of(payload), stage.clock.wall()), Context(), stage.world)
    assert answered["statusCode"] == 200
    return answered


def press_button(stage: Stage, action: ActionId, user: str = "U0DANA") -> None:
    value = ButtonValue.parse(buttons(stage)[action]["value"])
    send(stage, press(action, value, user, stage.case.channel, stage.case.ts))


def submit_modal(stage: Stage, user: str = "U0DANA", reason: str = "") -> None:
    view = modal(stage)
    meta = Metadata.parse(view["private_metadata"])
    send(stage, submission(CallbackId(view["callback_id"]), meta, user, reason, view["id"]))


def modal(stage: Stage) -> Json:
    """The modal that was opened last, as it is now."""
    return stage.slack.views[max(stage.slack.views)]


def fill_modals(stage: Stage) -> None:
    """What waits in the answers queue reaches people."""
    stage.pump()
    queue: Any = stage.world.queues.answers
    for message in queue.receive(100):
        deliver(message.body, stage.world)


@pytest.fixture
def carded(stage: Stage, s3: Any) -> Stage:  # noqa: ARG001 - a fixture cannot use usefixtures
    """A stage whose bucket waits for a decision."""
    stage.tell(a_finding())
    stage.pump()
    return stage


def test_approve_on_the_card_fixes_and_undo_on_the_card_takes_it_back(carded: Stage, s3: Any) -> None:
    press_button(carded, ActionId.APPROVE)
    carded.settle()
    assert block_of(s3) == ALL_ON
    assert carded.state() is State.FIXED
    assert "✅ *Fixed* by <@U0DANA>" in carded.card_text

    press_button(carded, ActionId.UNDO)
    fill_modals(carded)
    assert "`all four on` → `absent`" in json.dumps(modal(carded), ensure_ascii=False)
    submit_modal(carded)
    carded.settle()
    assert block_of(s3) is None
    assert carded.state() is State.UNDONE


def test_an_approval_given_in_review_counts(carded: Stage, s3: Any) -> None:
    press_button(carded, ActionId.REVIEW)
    fill_modals(carded)
    assert modal(carded)["submit"]["text"] == "Approve"
    submit_modal(carded)
    carded.settle()
    assert block_of(s3) == ALL_ON


def test_a_deny_with_its_reason_stands_on_the_card(carded: Stage, s3: Any) -> None:
    press_button(carded, ActionId.DENY)
    submit_modal(carded, reason="it is our public website")
    carded.settle()
    assert carded.state() is State.DENIED
    assert "“it is our public website”" in carded.card_text
    assert block_of(s3) is None
    press_button(carded, ActionId.ASK_AGAIN)
    carded.settle()
    assert carded.state() is State.PROPOSED


def test_a_press_by_somebody_who_may_not_changes_nothing(carded: Stage, s3: Any) -> None:
    press_button(carded, ActionId.APPROVE, "U0LEE")
    carded.settle()
    assert block_of(s3) is None
    assert "One of <!subteam^S0SECENG> may." in carded.slack.ephemeral[-1]["text"]


def test_an_undo_after_somebody_elses_change_shows_three_values_and_cannot_be_submitted(carded: Stage, s3: Any) -> None:
    press_button(carded, ActionId.APPROVE)
    carded.settle()
    partly = {**ALL_ON, "RestrictPublicBuckets": False}
    s3.put_public_access_block(Bucket=carded.target.resource.name, PublicAccessBlockConfiguration=partly)
    press_button(carded, ActionId.UNDO)
    fill_modals(carded)
    said = json.dumps(modal(carded), ensure_ascii=False)
    assert "was `absent` · fix set `all four on` · now `only" in said
    assert not modal(carded).get("submit")
