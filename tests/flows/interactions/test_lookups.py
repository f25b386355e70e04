"""Slash commands that answer from the store."""

from __future__ import annotations

import pytest

from bot.slack.ids import ActionId
from tests.flows.decisions.test_pause_command import type_in_slack
from tests.flows.stage import Stage, a_finding

pytestmark = pytest.mark.usefixtures("s3")


def fixed(stage: Stage) -> Stage:
    stage.tell(a_finding())
    stage.pump()
    stage.press(ActionId.APPROVE)
    stage.settle()
    return stage


def test_a_case_tells_who_decided_what_was_called_and_where_its_card_is(stage: Stage) -> None:
    said = type_in_slack(fixed(stage), f"case {stage.case.id}")
    assert "|its card>" in said
    assert "approve · by <@U0DANA> · proposed → approved" in said
    assert "s3:PutPublicAccessBlock" in said
    assert f"case `{stage.case.id}` · 1 fixed" in said


@pytest.mark.parametrize("text", ["case", "case 01NOSUCH", "case ../x"])
def test_a_case_that_is_none_is_said_to_be_none(stage: Stage, text: str) -> None:
    assert "the id of a case" in type_in_slack(stage, text)


@pytest.mark.parametrize("text", ["case 01NOSUCH", "exemptions"])
def test_guests_are_told_nothing(stage: Stage, text: str) -> None:
    assert "Guests and bots are not told" in type_in_slack(stage, text, "U0GUEST")
