"""The stop button."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId
from bot.store import keys
from handlers import slack
from tests.builders_slack import Context, command, http_event
from tests.flows.stage import POLICY, Stage, a_finding, signed_text
from tests.flows.test_end_to_end import ALL_ON, block_of


def say(stage: Stage, text: str, user: str = "U0DANA") -> str:
    """A slash command that is a decision; what the person is told."""
    fields = {"command": "/cspm", "text": text, "user_id": user, "team_id": "T0ACME", "channel_id": "C0SECURITY"}
    stage.decide(keys.COMMANDS, signed_text(urlencode(fields), stage.clock))
    stage.pump()
    return stage.notified


def approved(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()


def test_one_approver_stops_everything_at_once_and_two_are_needed_to_go_on(stage: Stage, s3: Any) -> None:
    assert "paused" in say(stage, "pause all incident 42")
    approved(stage)
    assert stage.state() is State.APPROVED
    assert block_of(s3) is None
    assert "1 of 2" in say(stage, "resume")
    assert "1 of 2" in say(stage, "resume")
    assert block_of(s3) is None
    assert "goes on" in say(stage, "resume", "U0OMAR")
    stage.settle()
    assert block_of(s3) == ALL_ON


def test_one_account_can_be_stopped_alone(stage: Stage, s3: Any) -> None:
    say(stage, "pause 444455556666 migration")
    approved(stage)
    assert block_of(s3) == ALL_ON


def test_a_pause_needs_its_reason(stage: Stage) -> None:
    assert "say why" in say(stage, "pause all")


def test_who_may_approve_nothing_may_stop_nothing(stage: Stage) -> None:
    said = say(stage, "pause all because", "U0LEE")
    assert said == "Nothing was decided: only people who may approve something may pause everything."
    said = say(stage, "pause 111122223333 because", "U0LEE")
    assert said.endswith("only people who may approve something in account 111122223333 may pause it.")
    said = say(stage, "resume 111122223333", "U0LEE")
    assert said.endswith("only people who may approve something in account 111122223333 may resume it.")


def test_the_record_says_who_stopped_what_and_why(stage: Stage) -> None:
    say(stage, "pause all incident 42")
    (entry,) = [item for item in stage.table.everything() if item.get("what") == "pause"]
    assert (entry["who"], entry["reason"], entry["policy"]) == ("U0DANA", "incident 42", "v1")


def type_in_slack(stage: Stage, text: str, user: str = "U0DANA") -> str:
    """The command as Slack sends it to the function; what is answered at once."""
    answered = slack.handler(http_event(urlencode(command(text, user)), stage.clock.wall()), Context(), stage.world)
    assert answered["statusCode"] == 200
    stage.pump()
    return str(json.loads(answered["body"])["text"])


def test_the_stop_button_is_one_command_and_its_answer_follows(stage: Stage, s3: Any) -> None:
    assert type_in_slack(stage, "pause all incident 42") == "…"
    assert "Everything is paused" in stage.notified
    approved(stage)
    assert block_of(s3) is None


def test_a_pause_without_a_reason_is_refused_at_once(stage: Stage) -> None:
    assert "say why" in type_in_slack(stage, "pause")
    assert stage.table.query("PAUSE") == []


def test_a_mistyped_account_resumes_nothing_and_is_told_what_may_stand_there(stage: Stage) -> None:
    say(stage, "pause all incident 42")
    told = type_in_slack(stage, "resume 11112222333")
    assert "I do not know “11112222333”: say /cspm resume all, or an account: /cspm resume 111122223333" in told
    (item,) = stage.table.query("PAUSE")
    assert item["resumed_by"] == []


def test_cards_of_a_paused_account_say_so_and_come_back(stage: Stage, s3: Any) -> None:  # noqa: ARG001 - a bucket
    stage.tell(a_finding())
    stage.pump()
    assert ActionId.APPROVE in stage.card_text
    type_in_slack(stage, "pause 111122223333 incident 42")
    assert "Paused (incident 42)" in stage.card_text
    assert ActionId.APPROVE not in stage.card_text
    for user in ("U0DANA", "U0OMAR"):
        type_in_slack(stage, "resume 111122223333", user)
    assert "Paused" not in stage.card_text
    assert ActionId.APPROVE in stage.card_text


def test_what_was_paused_and_resumed_can_be_paused_again(stage: Stage) -> None:
    for text, user in (("pause all one", "U0DANA"), ("resume", "U0DANA"), ("resume", "U0OMAR")):
        say(stage, text, user)
        stage.clock.advance(seconds=1)
    assert "is paused" in say(stage, "pause all two")
    (item,) = stage.table.query("PAUSE")
    assert (item["reason"], item["resumed_by"], "ended" in item) == ("two", [], False)


@pytest.mark.usefixtures("s3")
def test_while_paused_the_card_says_that_one_no_suffices_where_a_yes_takes_two() -> None:
    stage = Stage(policy=POLICY.replace("required: 1", "required: 2"))
    stage.tell(a_finding())
    stage.pump()
    type_in_slack(stage, "pause all incident 42")
    assert "One of <!subteam^S0SECENG> may deny" in stage.card_text
