"""What people type, through the app as Slack calls it: the answer comes at once, from what is stored."""

from __future__ import annotations

import pytest

from tests.flows.slack_stage import SlackStage


@pytest.mark.parametrize(("typed", "said"), [("score", "score"), ("trend", "snapshot"), ("score critical", "score")])
def test_a_number_is_typed_for_and_answered(typed: str, said: str) -> None:
    assert said in SlackStage().type(typed).lower()


def test_what_is_spelled_almost_right_is_recognised() -> None:
    assert "I do not know “hlep”. Did you mean `/cspm help`?" in SlackStage().type("hlep")


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        ("score foo", "/cspm score 111122223333 critical"),
        ("score model:weigthed", "say model:weighted"),
        ("findings foo", "/cspm findings critical resource:payroll"),
        ("trend 1", "/cspm trend 30"),
        ("trend foo", "/cspm trend 30 111122223333"),
        ("changes 99d", "/cspm changes 7d"),
        ("audit foo", "/cspm audit 7 111122223333"),
        ("case foo", "there is no case “foo”: say /cspm case and the id"),
        ("exemptions foo", "/cspm exemptions 111122223333"),
        ("pause", "/cspm pause 111122223333 an incident"),
    ],
)
def test_what_is_typed_wrong_is_answered_with_what_may_stand_there_and_an_example(typed: str, example: str) -> None:
    assert example.lower() in SlackStage().type(typed).lower()
